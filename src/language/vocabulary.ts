import { readers } from '../data/readers.ts';
import { exportForms } from '../exports/registry.ts';
import type { Method, MethodUnion } from '../peft/method.ts';
import { methods, unions } from '../peft/registry.ts';
import type { Vocabulary } from '../protocol/language.ts';
import { configurationFields, recipeFields, type Field } from '../recipe/fields.ts';
import { presets } from '../recipe/presets.ts';
import { tasks } from '../tasks/registry.ts';
import type { TaskFields } from '../tasks/task.ts';

/** What recipes are made of, read off the registries and schemas. */
export function vocabulary(): Vocabulary {
  return {
    recipe: recipeFields,
    methods: [
      ...Object.values(methods).map((method) => ({
        ...described(method),
        several: method.several === true,
        learningRate: method.learningRate,
        trains: [method.id],
      })),
      ...Object.values(unions).map((union) => ({
        ...described(union),
        several: false,
        trains: Object.keys(union.parts),
      })),
    ],
    tasks: Object.values(tasks).map(({ id, metricNames }, index) => {
      const { properties = {}, required = [] } = configurationFields.properties?.task.oneOf?.[index] ?? {};
      const templates = Object.keys(properties).filter((name) => properties[name].template === true);
      return { id, columns: columnFields(id, properties, required), templates, metrics: metricNames };
    }),
    presets,
    exportForms: Object.values(exportForms).map(({ id, help, namesBase }) => ({ id, help, namesBase })),
    dataExtensions: readers.map(({ extension }) => extension),
  };
}

function described({ id, title, help, source }: Method | MethodUnion) {
  return { id, title, tag: tagOf(title), help, source };
}

/** The first capitals of the title: a test holds that they are different. */
function tagOf(title: string): string {
  return /[A-Z]+/.exec(title)?.[0] ?? title;
}

/** A task says which fields name columns where these are given; here each is, as its own name. */
function columnFields(id: string, properties: Readonly<Record<string, Field>>, required: readonly string[]) {
  const names = Object.fromEntries(Object.keys(properties).map((name) => [name, name]));
  const { inputs, label } = tasks[id].columns(names as unknown as TaskFields);
  const fields = [...Object.keys(inputs), ...Object.keys(label)].map((field) => {
    const optional = !required.includes(field) && properties[field].default === undefined;
    return { field, optional, isLabel: Object.hasOwn(label, field) };
  });
  return [...fields.filter(({ optional }) => !optional), ...fields.filter(({ optional }) => optional)];
}
