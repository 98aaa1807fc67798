import { describe, expect, it } from 'vitest';
import { encoderTo } from '../../../src/checkpoints/encoder.ts';
import { loadTokenizer, type Tokenizer } from '../../../src/checkpoints/tokenizer.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor } from '../../../src/core/tensor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { evaluationProgram } from '../../../src/program/training.ts';
import { predictionsOf, predicts } from '../../../src/tasks/predictions.ts';
import type { Example, Task } from '../../../src/tasks/task.ts';
import { countTargets } from '../../../src/tasks/countTargets.ts';
import { evaluate } from '../../../src/trainer/evaluate.ts';
import { temporaryFolder, tinyConfig, writeTokenizer } from '../../support/checkpoints.ts';
import { expectClose } from '../../support/closeness.ts';
import { taskExamples, type TaskExample } from '../../support/taskExamples.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';
import { dataOf } from '../../support/dataOf.ts';

async function tinyTokenizerOf(): Promise<Tokenizer> {
  const dir = await temporaryFolder();
  await writeTokenizer(dir);
  return loadTokenizer(dir, tinyConfig.vocab_size);
}

async function prepared(example: TaskExample, { batchSize = 3, labelled = true } = {}) {
  const { task, config, fields, labels, rows } = example;
  const assembly = tinyAssembly({ config, task, taskFields: fields });
  const { architecture, shape } = assembly.info;
  const endId = architecture.nextToken?.endTokenId(shape);
  const encoder = encoderTo(await tinyTokenizerOf(), { maxLength: 16, endId });
  const column = Object.values(task.columns(assembly.taskFields).label)[0];
  const without = (cells: object = {}) =>
    Object.fromEntries(Object.entries(cells).filter(([name]) => name !== column));
  const read = labelled
    ? rows
    : rows.map((row) => ({
        ...row,
        values: without(row.values),
        lists: without(row.lists),
        answers: without(row.answers),
      }));
  const examples = task.features(assembly.taskFields, dataOf(...read), labels, encoder);
  const executor = await executors.reference();
  const executable = await executor.compile(evaluationProgram(assembly));
  const { frozen, state } = tinyWeights(assembly);
  const evaluator = {
    executable,
    frozen: executor.store(frozen),
    state: executor.store(state),
    task,
    taskFields: assembly.taskFields,
    labels,
    batchSize,
    padTokenId: 0,
  };
  return { assembly, examples, evaluator, evaluation: await evaluate(evaluator, examples) };
}

/** Logits of this shape that are sure of each target: of a class, of one for each token, or of tokens. */
function sureOf({ targets }: Example, shape: readonly number[], { targetShape, outcome }: Task): HostTensor {
  const logits = new Float32Array(sizeOf(shape));
  if (outcome !== undefined) return floatTensor(shape, logits); // no loss
  const width = shape.at(-1)!;
  targets.forEach((target, i) => {
    if (target < 0) return;
    logits[typeof targetShape[1] === 'number' ? target * width + i : i * width + target] = 20;
  });
  return floatTensor(shape, logits);
}

describe.each(taskExamples.map((example) => ({ id: example.task.id, example })))('$id', ({ example }) => {
  const { task, labels, rows } = example;
  const [, each = 1] = task.targetShape;

  it('makes examples of each row, in their order, with targets as its shape says', async () => {
    const { examples } = await prepared(example);
    const ids = examples.map(({ id }) => id);
    if (!example.joinsRows) expect([...new Set(ids)]).toEqual(rows.map(({ index }) => index));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    for (const { inputIds, typeIds, targets, isLabelled } of examples) {
      expect(isLabelled).toBe(true);
      expect(typeIds).toHaveLength(inputIds.length);
      expect(inputIds.length).toBeLessThanOrEqual(16);
      expect(targets).toHaveLength(each === 'S' ? inputIds.length : each);
      const end = task.labelSet === undefined ? 50 : labels.length; // tokens of the vocabulary, or of the input
      for (const target of targets) expect(target === -100 || (target >= 0 && target < end)).toBe(true);
    }
    expect(countTargets(examples)).toBeGreaterThanOrEqual(examples.length);
  });

  it('gives logits that depend neither on padding nor on the other examples', async () => {
    const alone = await prepared(example, { batchSize: 1 });
    const together = await prepared(example, { batchSize: 4 });
    alone.evaluation.logits.forEach(({ shape, data }, i) => {
      // Its own tokens, without padding.
      if (shape.length === 2) expect(shape[0]).toBe(alone.examples[i].inputIds.length);
      expect(shape).toEqual(together.evaluation.logits[i].shape);
      expectClose(`logits ${i}`, together.evaluation.logits[i].data, data);
    });
    if (task.labelSet !== undefined)
      expectClose('loss', [together.evaluation.metrics.loss], [alone.evaluation.metrics.loss]);
  });

  it('measures what it says it measures, and is right where it is sure of the truth', async () => {
    const { assembly, examples, evaluation } = await prepared(example);
    const { taskFields } = assembly;
    expect(Object.keys(evaluation.metrics)).toEqual(['loss', ...task.metricNames]);
    for (const value of Object.values(evaluation.metrics)) expect(value).toSatisfy(Number.isFinite);
    const sure = examples.map((each, i) => sureOf(each, evaluation.logits[i].shape, task));
    const [first] = task.metricNames;
    expect(task.metrics(taskFields, sure, examples, labels)[first]).toBe(1);
    expect(task.metrics(taskFields, evaluation.logits, examples, labels)[first]).not.toBe(1);
    const texts = task.writes?.requests(examples).map(({ id }) => rows[id].values.text);
    const predictions = predictionsOf(task, taskFields, { examples, logits: sure, texts }, labels);
    const expected = task.writes?.requests(examples).map(({ id }) => id) ?? rows.map(({ index }) => index);
    expect(predictions.map(({ id }) => id)).toEqual(predicts(task) ? expected : []);
    if (texts !== undefined) expect(task.writes?.metrics(examples, texts).rougeL).toBe(1);
    // One label, or all that are right.
    for (const { prediction, label } of predictions)
      expect(Array.isArray(label) === Array.isArray(prediction) ? [label] : label).toContainEqual(prediction);
  });

  it.skipIf(example.joinsRows)('predicts without labels what it predicts with them, as JSON', async () => {
    const labelled = await prepared(example);
    const unlabelled = await prepared(example, { labelled: false });
    expect(unlabelled.evaluation.metrics).toEqual({});
    const decoded = ({ assembly, evaluation, examples }: typeof labelled) =>
      predictionsOf(
        task,
        assembly.taskFields,
        {
          examples,
          logits: evaluation.logits,
          texts: task.writes?.requests(examples).map(({ id }) => `text ${id}`),
        },
        labels,
      );
    const predictions = decoded(unlabelled);
    expect(JSON.parse(JSON.stringify(predictions))).toEqual(predictions);
    expect(predictions.every((prediction) => !('label' in prediction))).toBe(true);
    expect(decoded(labelled).map(({ label: _, ...rest }) => rest)).toEqual(predictions);
  });

  it('learns nothing from what is ignored', async () => {
    const assembly = tinyAssembly({ config: example.config, task, taskFields: example.fields });
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
