import type { Json } from '../../core/json.ts';

export interface Diagnostics {
  /** Names and versions, in order. */
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, Json | undefined>>;
  /** What `doctor --json` printed, or why it was not run. */
  readonly doctor: string;
  /** Text of the log. */
  readonly log: string;
}

export interface Secrets {
  /** The user's home folder: its name tells theirs. */
  readonly home: string;
  readonly tokens: readonly string[];
  readonly platform: NodeJS.Platform;
}

const LOG_LINES = 50;

/** What a report of a bug needs, as Markdown; neither token nor home folder is in it. */
export function diagnosticsText({ versions, settings, doctor, log }: Diagnostics, secrets: Secrets): string {
  const lines = (values: object) => Object.entries(values).map(([name, value]) => `- ${name}: ${value}`);
  const text = [
    '## PEFT Workbench',
    ...lines(versions),
    '### Settings',
    ...lines(
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)])),
    ),
    '### Doctor',
    fenced(doctor),
    '### Log',
    fenced(log.trimEnd().split('\n').slice(-LOG_LINES).join('\n')),
    '',
  ];
  return redacted(text.join('\n'), secrets);
}

/** Tokens of the hub become `[token]`, also those that this editor did not store; the home folder becomes `~`. */
export function redacted(text: string, { home, tokens, platform }: Secrets): string {
  const known = tokens
    .filter((token) => token !== '')
    .reduce((rest, token) => rest.replaceAll(token, '[token]'), text);
  const safe = known.replace(/\bhf_\w{8,}/g, '[token]').replace(/\b(Bearer) +[\w.-]+/gi, '$1 [token]');
  return home.length > 1 ? safe.replace(spellingsOf(home, platform), '~') : safe;
}

/** A path as paths, JSON and URIs spell it; on Windows in either case and with either slash. */
function spellingsOf(path: string, platform: NodeJS.Platform): RegExp {
  const isWindows = platform === 'win32';
  const characters = [...path].map((character) =>
    isWindows && /[\\/]/.test(character) ? '(?:\\\\+|/|%5c|%2f)' : spellingsOfCharacter(character),
  );
  return new RegExp(characters.join(''), isWindows ? 'giu' : 'gu');
}

/** As it is, escaped in JSON, or as its bytes of UTF-8, such as `%3A`. */
function spellingsOfCharacter(character: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) return character;
  const bytes = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const spellings = [JSON.stringify(character).slice(1, -1), character, bytes, bytes.toUpperCase()];
  return `(?:${spellings.map(literally).join('|')})`;
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** As a code block that its content cannot end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}
