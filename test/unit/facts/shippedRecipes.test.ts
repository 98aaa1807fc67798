import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { parametersOf } from '../../../src/facts/parametersOf.ts';
import { planRecipe } from '../../../src/facts/planRecipe.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { factsWanted, filesOf, type Facts } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { withSettings } from '../../../src/recipe/settings.ts';
import { publicConfig, type PublicModel } from '../../support/publicConfigs.ts';
import { shippedRecipes, type ShippedRecipe } from '../../support/shippedRecipes.ts';
import { suiteFolder } from '../../support/temporaryFolder.ts';

const SQUAD = JSON.stringify({
  version: '1.1',
  data: [
    {
      title: 'Cats',
      paragraphs: [
        {
          context: 'The cat sat on the mat.',
          qas: [
            { id: 'a', question: 'Who sat?', answers: [{ text: 'The cat', answer_start: 0 }] },
            { id: 'b', question: 'Where?', answers: [{ text: 'on the mat', answer_start: 12 }] },
          ],
        },
      ],
    },
  ],
});

/** Two examples in the form of each file that a recipe names, by the end of its path. */
const samples: Readonly<Record<string, string>> = {
  'spam/*.tsv': 'text\tlabel\nsee you\tham\nbuy now\tspam\n',
  'mr/*.tsv': 'sentence\tlabel\na good film\tpositive\na bad one\tnegative\n',
  'wnut17/*.conll': 'at\tO\nParis\tB-location\n\nhe\tO\nleft\tO\n',
  'conll2003/*.conll':
    '-DOCSTART- -X- -X- O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\n\nPeter NNP I-NP I-PER\n',
  'rte/*.tsv':
    'index\tsentence1\tsentence2\tlabel\n0\tIt "rains.\tIt is wet.\tentailment\n1\tHe sat.\tHe ran.\tnot_entailment\n',
  'sst2/*.tsv': 'sentence\tlabel\nhide new secretions \t0\na joyous film \t1\n',
  'squad/*.json': SQUAD,
  'xquad/*.json': SQUAD,
  'e2e/*.csv': 'mr,ref\n"name[Aromi], area[city centre]",Aromi is central.\n"name[Aromi]","Aromi, a pub."\n',
  'snli/*.jsonl':
    '{"sentence1":"A cat.","sentence2":"It sat.","gold_label":"neutral"}\n' +
    '{"sentence1":"A dog.","sentence2":"An animal.","gold_label":"entailment"}\n' +
    '{"sentence1":"A dog.","sentence2":"A cat.","gold_label":"contradiction"}\n' +
    '{"sentence1":"A dog.","sentence2":"It is old.","gold_label":"-"}\n',
  'mts/*.csv':
    'section_header,section_text,dialogue\nALLERGY,None.,"Doctor: Any?\nPatient: No."\nCC,Pain.,Patient: It hurts.\n',
  'texts/*.txt': Array.from({ length: 40 }, (_, i) => `A text of its own, the ${i}th.\n`).join(''),
  'dialogsum/*.jsonl':
    '{"fname":"0","dialogue":"#Person1#: Hi.\\n#Person2#: Hello.","summary":"They greet.","topic":"a"}\n' +
    '{"fname":"1","dialogue":"#Person1#: Bye.","summary":"One leaves.","topic":"b"}\n',
};

/** The models that the recipes name, by the end of their id or path. */
const models: readonly PublicModel[] = [
  'all-MiniLM-L6-v2',
  'bert-base-uncased',
  'bert-large-uncased',
  'gpt2',
  'gpt2-medium',
];

const root = suiteFolder();
const hub = join(root, 'hub');
const env = { HF_HUB_CACHE: hub, XDG_CACHE_HOME: join(root, 'cache') };
const ours = shippedRecipes.filter(({ path }) => path.startsWith('recipes/'));
const paper = ours.filter(({ path }) => path.startsWith('recipes/paper/'));

const placeOf = ({ path }: ShippedRecipe) => ({ recipeDir: dirname(join(root, path)), env });

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A model without weights and tokenizer, beside the recipe or in the cache. */
function writeModel(model: string, recipeDir: string): void {
  const config = publicConfig(models.find((name) => model.endsWith(name))!);
  if (model.startsWith('.')) return write(join(recipeDir, model, 'config.json'), JSON.stringify(config));
  const [repository, commit] = [join(hub, `models--${model.replace('/', '--')}`), 'a'.repeat(40)];
  write(join(repository, 'refs', 'main'), commit);
  write(join(repository, 'snapshots', commit, 'config.json'), JSON.stringify(config));
}

function sampleOf(path: string): string {
  const [folder, file] = path.split('/').slice(-2);
  return samples[`${folder}/*${file.slice(file.lastIndexOf('.'))}`];
}

/** The recipe, which has no problem, with all that it names in place. */
function opened(shipped: ShippedRecipe): Recipe {
  const { recipe, problems } = parseRecipe(shipped.text, shipped.path.split('/').at(-1)!);
  expect(problems).toEqual([]);
  const { recipeDir } = placeOf(shipped);
  const wanted = factsWanted(recipe!);
  for (const { model } of wanted.models.values()) writeModel(model, recipeDir);
  for (const { file } of wanted.files.values()) write(resolve(recipeDir, file), sampleOf(file));
  return recipe!;
}

/** Without the faults of a model that has neither weights nor tokenizer here, and of a share of two rows. */
async function factsOf(recipe: Recipe, shipped: ShippedRecipe): Promise<Facts> {
  const { models: found, files } = await gatherFacts(recipe, placeOf(shipped));
  return {
    models: new Map([...found].map(([key, facts]) => [key, { ...facts, faults: [] }])),
    files: new Map([...files].map(([key, facts]) => [key, { ...facts, cut: undefined }])),
  };
}

async function trainedBy(shipped: ShippedRecipe): Promise<Record<string, number | string>> {
  const recipe = opened(shipped);
  const { variants } = parametersOf(recipe, await factsOf(recipe, shipped));
  return Object.fromEntries(
    variants.map((each) => [each.variant, each.counts?.trained ?? each.problem ?? '']),
  );
}

describe.each(ours)('$path', (shipped) => {
  it('has no problem beside data of the form that it names', async () => {
    const recipe = opened(shipped);
    const told = checkRecipe(recipe, await factsOf(recipe, shipped));
    expect(told.filter(({ severity }) => severity !== 'information')).toEqual([]);
  });

  it('has a baseline where it compares, and several seeds or one for a first look', () => {
    const { report, configurations, seeds } = opened(shipped);
    expect(seeds.length === 1 || seeds.length >= 3).toBe(true);
    if (!('variants' in (parse(shipped.text) as object))) return;
    expect(configurations.map(({ variant }) => variant)).toContain(report?.baseline);
    expect(configurations.length).toBeGreaterThan(1);
  });

  it('can be planned from config.json alone', async () => {
    const recipe = opened(shipped);
    const { configurations } = recipe;
    const { variant } =
      configurations.find(({ methods }) => methods.length === 1 && methods[0].id === 'ln_tuning') ??
      configurations[0];
    const planned = await planRecipe(recipe, placeOf(shipped), [variant]);
    const [plan] = 'plans' in planned ? planned.plans : [];
    expect(plan?.parameters.trained).toBe((await trainedBy(shipped))[variant]);
    expect(plan.flopsPerStep).toBeGreaterThan(0);
    expect(plan.memoryBytes.total).toBeGreaterThan(plan.memoryBytes.weights);
  });
});

/** Of BERT-base, BERT-large and GPT-2 medium; `full` of a task that reads no pooler has none. */
const counts: Readonly<Record<string, readonly [number, number, number]>> = {
  BitFit: [82_944, 221_184, 221_184],
  'FFN adapter': [304_320, 811_392, 811_392],
  prefix: [294_912, 786_432, 786_432],
  MAM: [599_232, 1_597_824, 1_597_824],
  LN: [38_400, 100_352, 100_352],
  'prefix + LN': [333_312, 886_784, 886_784],
  'attention adapter + LN': [342_720, 911_744, 911_744],
  'prefix + attention adapter + LN': [637_632, 1_698_176, 1_698_176],
  'FFN adapter + LN': [342_720, 911_744, 911_744],
  'attention adapter': [304_320, 811_392, 811_392],
  'prefix + attention adapter': [599_232, 1_597_824, 1_597_824],
  'LN gain': [19_200, 50_176, 50_176],
  'LN bias': [19_200, 50_176, 50_176],
  'LN attention': [18_432, 49_152, 49_152],
  'LN FFN': [18_432, 49_152, 49_152],
  'LN lower half': [18_432, 49_152, 49_152],
  'LN upper half': [18_432, 49_152, 49_152],
};

const sizes = ['bert-base', 'bert-large', 'gpt2-medium'] as const;
const wholes: Readonly<Record<(typeof sizes)[number], number>> = {
  'bert-base': 109_482_240,
  'bert-large': 335_141_888,
  'gpt2-medium': 354_823_168,
};
/** d (d + 1): a dense layer that the head of texts alone reads. */
const poolers: Readonly<Partial<Record<(typeof sizes)[number], number>>> = {
  'bert-base': 768 * 769,
  'bert-large': 1024 * 1025,
};

describe("the paper's recipes", () => {
  it('are one for each task and model', () => {
    expect(paper.map(({ path }) => path.slice('recipes/paper/'.length, -'.peft.yaml'.length))).toEqual([
      'dialogue-summary-gpt2-medium',
      ...['ner', 'nli', 'qa', 'sentiment'].flatMap((task) => [`${task}-bert-base`, `${task}-bert-large`]),
      'table-to-text-gpt2-medium',
    ]);
  });

  it.each(paper)('train what the literature counts: $path', async (shipped) => {
    const size = sizes.find((name) => shipped.path.endsWith(`-${name}.peft.yaml`))!;
    const column = sizes.indexOf(size);
    const { full, 'head only': head = 0, ...trained } = await trainedBy(shipped);
    expect(trained).toEqual(
      Object.fromEntries(Object.entries(counts).map(([variant, of]) => [variant, of[column]])),
    );
    expect(head).toBe(0);
    const readsPooler = opened(shipped).configurations[0].task.type === 'text-classification';
    expect(full).toBe(wholes[size] - (readsPooler ? 0 : (poolers[size] ?? 0)));
  });

  it.each(paper.filter(({ path }) => path.endsWith('-bert-base.peft.yaml')))(
    'of BERT-base and BERT-large differ in nothing else: $path',
    ({ path, text }) => {
      const large = paper.find((other) => other.path === path.replace('-base.', '-large.'))!;
      const renamed = text.replaceAll('BERT-base:', 'BERT-large:').replaceAll('bert-base', 'bert-large');
      expect(withoutHeading(large.text)).toBe(withoutHeading(renamed));
    },
  );

  it("come near the shares that are told of the paper with the README's sizes", async () => {
    const shipped = paper.find(({ path }) => path.includes('ner-bert-large'))!;
    const text = withSettings(shipped.text, [
      { path: 'variants.prefix.methods.prefix_tuning.num_virtual_tokens', yaml: '22' },
      { path: 'variants.FFN adapter.methods.adapter.bottleneck', yaml: '22' },
    ])!;
    const recipe = opened({ ...shipped, text });
    const { variants } = parametersOf(recipe, await factsOf(recipe, shipped));
    const percent = Object.fromEntries(
      variants.map((each) => [each.variant, each.counts?.percent.toFixed(2) ?? '']),
    );
    expect(percent).toMatchObject({ LN: '0.03', BitFit: '0.07', 'FFN adapter': '0.33', prefix: '0.32' });
  });

  it.each(paper)('have model and data in the README: $path', (shipped) => {
    const readme = readFileSync(join(import.meta.dirname, '../../../recipes/paper/README.md'), 'utf8');
    const { name, model } = opened(shipped).configurations[0];
    const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
    expect(row).toContain(`\`${model}\``);
    for (const each of opened(shipped).configurations) {
      for (const { file } of Object.values(filesOf(each))) {
        const [, folder, base] = /^(data\/[a-z0-9]+\/)([\w.-]+)$/.exec(file)!;
        expect(row).toContain(`\`${folder}\``);
        expect(row).toContain(`\`${base}\``);
      }
    }
  });
});

/** Comments name the model in words. */
function withoutHeading(text: string): string {
  return text.replace(/^(#.*\n)+/, '');
}
