/**
 * Every code that a problem of a recipe can have, with what it means. Codes never change their meaning: people silence
 * and search them, and the documentation has a line for each.
 */
export const problemCodes = {
  'yaml-syntax': 'The text is not valid YAML 1.2.',
  'yaml-limits': 'The text is too large or nested too deeply to be a recipe.',
  'yaml-unsupported':
    'Anchors, aliases, tags, directives, merge keys and further documents have no place in a recipe.',
  'yaml-key': 'A key is not a plain text, or is a reserved word.',
  'duplicate-key': 'A key stands twice in one mapping.',

  'wrong-type': 'A value is not of the kind that its field takes.',
  'out-of-range': 'A number, or the length of a text or list, is outside what its field allows.',
  'unknown-value': 'A field takes one of a few words, and this is none of them.',
  'invalid-value': "A value breaks a rule of its field's method or task.",
  'missing-field': 'A required field is not given.',
  'unknown-field': 'There is no such field here.',
  'other-spelling': 'A field is written as another tool calls it, or stands in the wrong place.',
  'no-effect': 'A field is given that changes nothing beside the others.',
  'not-supported': 'A part of the recipe language that this version does not have.',
  'newer-version': 'The recipe is written for a newer version of the recipe language.',

  'unknown-method': 'There is no such method.',
  'no-methods': 'A configuration names no method.',
  'impossible-union': 'Methods stand together that cannot be trained together.',
  'unknown-task': 'There is no such task.',
  'model-or-config':
    '`model` names weights to begin with, `config` with `weights: random` a model without: the recipe has both.',
  'invalid-model': 'The model is empty or has control characters: neither a folder nor a hub id.',
  'unknown-format': "A data file's format cannot be told from its name.",
  'duplicate-item': 'A list whose items must differ holds one twice.',
  'unknown-metric': 'The task has no such metric.',
  'no-dtype': 'The executor does not have the number format.',
  'missing-eval-steps': 'Evaluation every few steps needs their number.',
  'needs-data': 'A field works only beside data that the recipe does not name.',

  'invalid-name': 'A name is empty, or does not fit on one line.',
  'unused-grid-path': 'A path of the grid names no field of any variant.',
  'unknown-variant': 'A name is not that of a variant.',
  'same-variant': 'Two configurations would have the same name.',
  'too-many-runs': 'The recipe stands for more runs than can be meant.',

  'unusable-model': 'The model cannot be read.',
  'frozen-random-init': 'Tensors that no checkpoint gives would be frozen at random values.',
  'beyond-model': 'A value is more than the model has.',
  'unusable-data': 'A data file, or a column of it, cannot be read.',
  'unknown-column': 'A data file lacks a column.',
  'no-rows': 'A data file has no rows.',
  'dropped-rows': 'Rows of a data file are left out for their labels, as the recipe says.',
  'unknown-label': 'Labels in the data and in the recipe, or in two of its files, disagree.',
  'one-label': 'The training data has one label only, so there is nothing to learn.',
} as const satisfies Record<string, string>;

/** `advice-` and the id of a rule: see src/evidence. */
export type ProblemCode = keyof typeof problemCodes | `advice-${string}`;
