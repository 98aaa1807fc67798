import {
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type CompletionItem,
} from 'vscode-languageserver/node';
import type { RecipePlace } from '../facts/recipePlace.ts';
import { caretAt, type Caret } from '../recipe/caret.ts';
import type { Facts } from '../recipe/facts.ts';
import { namesIn } from '../recipe/fields.ts';
import type { Range } from '../recipe/problem.ts';
import { flowText, lineText } from '../recipe/yamlText.ts';
import { keyItems } from './keyItems.ts';
import { namedOffers } from './namedOffers.ts';
import type { Offer } from './offer.ts';
import { schemaOffers } from './schemaOffers.ts';
import { surroundingsOf, type Surroundings } from './surroundings.ts';

/** Asks the editor for what can be written behind what it has just put in. */
const AGAIN = { command: 'editor.action.triggerSuggest', title: '' };

/** What can be written at a position. `facts` are what is known by now: nothing waits for a model. */
export async function completionOf(
  text: string,
  position: Range['start'],
  { facts, place, snippets }: { facts: Facts; place?: RecipePlace; snippets: boolean },
): Promise<CompletionItem[]> {
  const caret = caretAt(text, position);
  if (caret === undefined) return [];
  const around = surroundingsOf(caret, facts, place);
  const takesKeys = namesIn(around.field).length > 0 || around.path[0] === 'grid';
  if (caret.writes === 'key' && takesKeys && around.path.length <= depthOf(around))
    return keys(around, snippets);
  if (caret.hasColon) return [];
  return values(around);
}

/** A path of the grid is one key, whatever it leads to. */
function depthOf({ caret, path }: Surroundings): number {
  return caret.path[0] === 'grid' && path[0] !== 'grid' ? -1 : path.length;
}

function keys(around: Surroundings, snippets: boolean): CompletionItem[] {
  const { caret } = around;
  return keyItems(around).map(({ label, text, help, ...item }, index) => {
    const indented = caret.isItem ? text.replaceAll('\n', '\n  ') : text;
    const body = snippets ? indented : indented.replace(/\$\d/g, '').replace(/\\(.)/g, '$1');
    return {
      ...item,
      label,
      ...placed(caret, label, caret.hasColon ? label : body, index),
      documentation: { kind: MarkupKind.Markdown, value: help },
      ...(snippets && !caret.hasColon && { insertTextFormat: InsertTextFormat.Snippet, command: AGAIN }),
    };
  });
}

async function values(around: Surroundings): Promise<CompletionItem[]> {
  const { caret, field, below, path } = around;
  // A line below the key of a list: its next item.
  const isLine = caret.writes === 'key' && !caret.isItem;
  const isList = [field, ...(field?.anyOf ?? [])].some((each) => each?.items !== undefined);
  const item = isLine && isList ? below(0) : undefined;
  if (field === undefined || (isLine && item === undefined)) return [];
  const at = item === undefined ? around : { ...around, path: [...path, 0], field: item };
  const offers = [...(await namedOffers(at)), ...schemaOffers(at.field ?? {})];
  const texts = new Map<string, Offer>();
  for (const offer of offers) {
    const written = offer.text ?? (caret.inFlow ? flowText(offer.value) : lineText(offer.value));
    if (!texts.has(written) && !caret.items.includes(String(offer.value))) texts.set(written, offer);
  }
  return [...texts].map(([text, { value, detail, help, goesOn }], index) => {
    const label = typeof value === 'string' ? value : text;
    return {
      label,
      kind: goesOn ? CompletionItemKind.Folder : CompletionItemKind.Value,
      ...(detail !== undefined && { detail }),
      ...(help !== undefined && { documentation: { kind: MarkupKind.Markdown, value: help } }),
      ...placed(caret, label, item === undefined ? text : `- ${text}`, index),
      ...(goesOn && { command: AGAIN }),
    };
  });
}

/** In the place of the word; a quote in front of that is part of what the editor compares. */
function placed({ range, lead, quote }: Caret, label: string, text: string, index: number) {
  return {
    textEdit: { range, newText: lead + text },
    filterText: quote + label,
    sortText: String(index).padStart(3, '0'),
  };
}
