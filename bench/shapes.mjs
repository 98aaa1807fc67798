/** The shapes of shapes.json as whole configurations of Transformers. */
import { readFileSync } from 'node:fs';

// By this path also from dist/bench-step.js, into which this file goes.
const { shapes, common, dropout } = JSON.parse(
  readFileSync(new URL('../bench/shapes.json', import.meta.url), 'utf8'),
);

/** config.json of a shape, with this rate of dropout everywhere. */
export function configOf(name, rate) {
  const shape = shapes[name];
  if (shape === undefined)
    throw new Error(`--config: expected one of ${Object.keys(shapes).join(', ')}, found ${name}`);
  const { model_type: type } = shape;
  return { ...shape, ...common[type], ...Object.fromEntries(dropout[type].map((field) => [field, rate])) };
}
