import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver/node';
import { flow } from '../recipe/expand.ts';
import type { PathStep } from '../recipe/problem.ts';
import { readYaml } from '../recipe/yamlDocument.ts';
import { asMap } from '../recipe/yamlNode.ts';
import type { YamlNode } from '../recipe/yamlNode.ts';

/** What the entries of a section are. */
const KINDS_WITHIN: Readonly<Record<string, SymbolKind>> = {
  methods: SymbolKind.Method,
  variants: SymbolKind.Class,
};

/** Of the values of a scalar. */
const KINDS: Readonly<Record<string, SymbolKind>> = {
  string: SymbolKind.String,
  number: SymbolKind.Number,
  boolean: SymbolKind.Boolean,
  object: SymbolKind.Null,
};

/** Longest value that stands beside its name, in characters. */
const MAX_DETAIL = 40;

/** The outline of a recipe: every entry of its mappings; undefined where the text has faults. */
export function symbolsOf(text: string): DocumentSymbol[] | undefined {
  const { root } = readYaml(text);
  return root && symbolsIn(root, undefined);
}

function symbolsIn(node: YamlNode, section: PathStep | undefined): DocumentSymbol[] {
  if (node.kind === 'list')
    return node.items.flatMap((item, index) =>
      item.kind === 'map' ? [symbolOf(String(index), item, undefined)] : [],
    );
  if (node.kind !== 'map') return [];
  return [...node.entries].map(([name, child]) => symbolOf(name, child, section));
}

function symbolOf(name: string, node: YamlNode, section: PathStep | undefined): DocumentSymbol {
  return {
    name: name === '' ? "''" : name, // the protocol allows no empty name
    detail: section === 'variants' ? methodsIn(node) : detailOf(node),
    kind: KINDS_WITHIN[section ?? ''] ?? kindOf(node),
    range: { start: node.keyRange.start, end: node.range.end },
    selectionRange: node.keyRange,
    children: symbolsIn(node, name),
  };
}

function detailOf(node: YamlNode): string {
  if (node.kind === 'map') return '';
  const text = flow(node);
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text;
}

/** Of a variant: the methods that it names itself. */
function methodsIn(variant: YamlNode): string {
  const methods = asMap(variant)?.entries.get('methods');
  return methods?.kind === 'map' ? [...methods.entries.keys()].join(' + ') : '';
}

function kindOf(node: YamlNode): SymbolKind {
  if (node.kind === 'scalar') return KINDS[typeof node.value];
  return node.kind === 'list' ? SymbolKind.Array : SymbolKind.Object;
}
