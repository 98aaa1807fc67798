import { basename } from 'node:path';
import * as vscode from 'vscode';
import { parseTemplate, templateFault } from '../../core/template.ts';
import { columnUnknown } from './errors.ts';
import type { Step } from './multiStep.ts';
import type { Answers } from './newRecipeAnswers.ts';
import { isInput, isLabelOf } from './likelyColumns.ts';
import { manyLines, oneLine } from './oneLine.ts';

/** Steps for one field whose text has columns in braces: which columns, and the text, which begins with one of them a line. */
export function templateSteps(field: string): readonly Step<Answers>[] {
  return [columnsStep(field), textStep(field)];
}

function columnsStep(field: string): Step<Answers> {
  return async ({ task, table, templateColumns = {} }, ask) => {
    // A brace in its name would be one of the template's.
    const items = (table?.columns ?? [])
      .filter((column) => !/[{}]/.test(column))
      .map((column) => ({ label: column }));
    const likely = items.filter(({ label }) => isInput(label));
    const others = items.filter(({ label }) => !isLabelOf(task, label));
    const preset = (likely.length > 0 ? likely : others).slice(0, 1);
    const placeholder = vscode.l10n.t('Which columns stand in the {0}?', field);
    const picked = await ask.pickMany(items, { placeholder, preset });
    // Picks come in the order of clicks.
    const columns = items.filter((item) => picked.includes(item)).map(({ label }) => label);
    return { templateColumns: { ...templateColumns, [field]: columns } };
  };
}

function textStep(field: string): Step<Answers> {
  return async ({ train = '', table, templateColumns, templates = {} }, ask) => {
    const known = table?.columns ?? [];
    const text = await ask.input({
      prompt: vscode.l10n.t(
        'What does the model read as {0}? Columns stand in braces; \\n is a new line.',
        field,
      ),
      value: oneLine((templateColumns?.[field] ?? []).map((column) => `{${column}}\n`).join('')),
      faultOf: async (line) => {
        const fault = templateFault(manyLines(line));
        if (fault !== undefined) return fault;
        const unknown = parseTemplate(manyLines(line)).columns.find((column) => !known.includes(column));
        return unknown === undefined ? undefined : columnUnknown(unknown, basename(train), known);
      },
    });
    return { templates: { ...templates, [field]: manyLines(text) } };
  };
}
