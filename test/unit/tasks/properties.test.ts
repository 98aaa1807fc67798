import { describe, expect, it } from 'vitest';
import { encoderTo, loadTokenizer, type Tokenizer } from '../../../src/checkpoints/tokenizer.ts';
import type { HostTensor } from '../../../src/core/tensor.ts';
import { floatTensor, intTensor } from '../../../src/core/tensor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { evaluationProgram } from '../../../src/program/training.ts';
import type { Example } from '../../../src/tasks/task.ts';
import { countTargets } from '../../../src/trainer/countTargets.ts';
import { evaluate } from '../../../src/trainer/evaluate.ts';
import { temporaryFolder, tinyConfig, writeTokenizer } from '../../support/checkpoints.ts';
import { expectClose } from '../../support/closeness.ts';
import { taskExamples, type TaskExample } from '../../support/taskExamples.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';

async function tinyTokenizerOf(): Promise<Tokenizer> {
  const dir = await temporaryFolder();
  await writeTokenizer(dir);
  return loadTokenizer(dir, tinyConfig.vocab_size);
}

async function prepared(example: TaskExample, { batchSize = 3, labelled = true } = {}) {
  const { task, fields, labels, rows } = example;
  const assembly = tinyAssembly({ config: tinyConfig, task, taskFields: fields });
  const encoder = encoderTo(await tinyTokenizerOf(), 16);
  const column = Object.values(task.columns(assembly.taskFields).label)[0];
  const without = (cells: object = {}) =>
    Object.fromEntries(Object.entries(cells).filter(([name]) => name !== column));
  const read = labelled
    ? rows
    : rows.map((row) => ({ ...row, values: without(row.values), lists: without(row.lists) }));
  const examples = task.features(assembly.taskFields, read, labels, encoder);
  const executor = await executors.reference();
  const executable = await executor.compile(evaluationProgram(assembly));
  const { frozen, state } = tinyWeights(assembly);
  const evaluator = {
    executable,
    frozen: executor.store(frozen),
    state: executor.store(state),
    task,
    labels,
    batchSize,
    padTokenId: 0,
  };
  return { assembly, examples, evaluator, evaluation: await evaluate(evaluator, examples) };
}

/** Logits that are sure of each target. */
function sureOf({ inputIds, targets }: Example, perToken: boolean, classes: number): HostTensor {
  const rows = perToken ? inputIds.length : 1;
  const logits = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) if (targets[row] >= 0) logits[row * classes + targets[row]] = 20;
  return floatTensor(perToken ? [rows, classes] : [classes], logits);
}

describe.each(taskExamples.map((example) => ({ id: example.task.id, example })))('$id', ({ example }) => {
  const { task, labels, rows } = example;
  const perToken = task.targetShape.length === 2;

  it('makes an example of each row, with targets as its shape says', async () => {
    const { examples } = await prepared(example);
    expect(examples.map(({ id }) => id)).toEqual(rows.map(({ index }) => index));
    for (const { inputIds, typeIds, targets, isLabelled } of examples) {
      expect(isLabelled).toBe(true);
      expect(typeIds).toHaveLength(inputIds.length);
      expect(targets).toHaveLength(perToken ? inputIds.length : 1);
      for (const target of targets) expect(target === -100 || labels[target] !== undefined).toBe(true);
    }
    expect(countTargets(examples)).toBeGreaterThanOrEqual(rows.length);
  });

  it('gives logits that depend neither on padding nor on the other examples', async () => {
    const alone = await prepared(example, { batchSize: 1 });
    const together = await prepared(example, { batchSize: 4 });
    alone.evaluation.logits.forEach(({ shape, data }, i) => {
      const length = alone.examples[i].inputIds.length;
      expect(shape).toEqual(perToken ? [length, labels.length] : [labels.length]);
      expectClose(`logits ${i}`, together.evaluation.logits[i].data, data);
    });
    expectClose('loss', [together.evaluation.metrics.loss], [alone.evaluation.metrics.loss]);
  });

  it('measures what it says it measures, and is right where it is sure of the truth', async () => {
    const { examples, evaluation } = await prepared(example);
    expect(Object.keys(evaluation.metrics)).toEqual(['loss', ...task.metricNames]);
    for (const value of Object.values(evaluation.metrics)) expect(value).toSatisfy(Number.isFinite);
    const sure = examples.map((each) => sureOf(each, perToken, labels.length));
    expect(task.metrics(sure, examples, labels)[task.metricNames[0]]).toBe(1);
    for (const { prediction, label } of task.decode(sure, examples, labels))
      expect(prediction).toEqual(label);
  });

  it('predicts without labels what it predicts with them, as JSON', async () => {
    const labelled = await prepared(example);
    const unlabelled = await prepared(example, { labelled: false });
    expect(unlabelled.evaluation.metrics).toEqual({});
    const decoded = ({ evaluation, examples }: typeof labelled) =>
      task.decode(evaluation.logits, examples, labels);
    const predictions = decoded(unlabelled);
    expect(JSON.parse(JSON.stringify(predictions))).toEqual(predictions);
    expect(predictions.every((prediction) => !('label' in prediction))).toBe(true);
    expect(decoded(labelled).map(({ label: _, ...rest }) => rest)).toEqual(predictions);
  });

  it('learns nothing from what is ignored', async () => {
    const assembly = tinyAssembly({ task, taskFields: example.fields });
    const executor = await executors.reference();
    const executable = await executor.compile(evaluationProgram(assembly));
    const { frozen, state } = tinyWeights(assembly);
    const stores = { frozen: executor.store(frozen), state: executor.store(state) };
    const { input_ids, attention_mask, token_type_ids, labels } = tinyFeeds(assembly, plainSettings, {
      B: 3,
      S: 5,
    });
    const inputs = { input_ids, attention_mask, token_type_ids };
    const { losses } = await executable.run({ ...stores, feeds: { ...inputs, labels } });
    expect(losses.shape).toEqual(labels.shape);
    labels.data.forEach((target, i) => {
      if (target < 0) expect(Math.abs(losses.data[i])).toBe(0);
      else expect(losses.data[i]).toBeGreaterThan(0);
    });
    const none = intTensor(labels.shape, new Int32Array(labels.data.length).fill(-100));
    const ignored = await executable.run({ ...stores, feeds: { ...inputs, labels: none } });
    expect(Array.from(ignored.losses.data, Math.abs).every((loss) => loss === 0)).toBe(true);
  });
});
