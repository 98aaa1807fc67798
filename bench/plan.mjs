/** What a training step takes by `plan`, and what there is. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configOf } from './shapes.mjs';

/** What `plan --json` says of a model that has no weights yet: for each shape a folder with a config.json is planned. */
export function plannedBytes({ config, method = 'ln_tuning', batch, length, dropout }) {
  const dir = mkdtempSync(join(tmpdir(), 'peft-workbench-memory-'));
  try {
    mkdirSync(join(dir, 'model'));
    writeFileSync(join(dir, 'model', 'config.json'), JSON.stringify(configOf(config, dropout)));
    const task = { type: 'text-classification', train: 'train.tsv', text: 'text', label: 'label' };
    const recipe = join(dir, 'memory.peft.yaml');
    writeFileSync(
      recipe, // JSON is YAML
      JSON.stringify({
        version: 1,
        model: './model',
        task: { ...task, labels: ['no', 'yes'], max_length: length },
        methods: { [method]: {} },
        training: { per_device_train_batch_size: batch },
      }),
    );
    const printed = execFileSync(process.execPath, ['dist/cli.js', 'plan', recipe, '--json'], {
      encoding: 'utf8',
    });
    return JSON.parse(printed).variants[0].memoryBytes.total;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Linux only. */
export function availableBytes() {
  return 1024 * Number(/MemAvailable:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))[1]);
}
