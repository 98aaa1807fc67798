import type { Json } from './json.ts';

/** A mapping as lines of YAML in block style; lists, and mappings in them, in flow style. */
export function yamlLines(mapping: Readonly<Record<string, Json>>, indent = ''): string[] {
  return Object.entries(mapping).flatMap(([key, value]) => {
    const isBlock =
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    const start = `${indent}${yamlScalar(key)}:`;
    return isBlock ? [start, ...yamlLines(value, `${indent}  `)] : [`${start} ${flow(value)}`];
  });
}

function flow(value: Json): string {
  if (typeof value === 'string') return yamlScalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, each]) => `${yamlScalar(key)}: ${flow(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A text on one line. Plain where no reader of YAML takes it for anything but this text; else quoted as in JSON, which YAML reads the same. */
export function yamlScalar(text: string): string {
  const isPlain = /^(?:\.{1,2}\/|[A-Za-z_/])(?:[\w./@+ -]*[\w./@+-])?$/.test(text) && !RESERVED.test(text);
  if (isPlain) return text;
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, escaped);
}

const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
