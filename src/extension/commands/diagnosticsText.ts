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
export function redacted(text: string, { home, tokens }: Secrets): string {
  const known = tokens
    .filter((token) => token !== '')
    .reduce((rest, token) => rest.replaceAll(token, '[token]'), text);
  const safe = known.replace(/\bhf_\w{8,}/g, '[token]').replace(/\b(Bearer) +[\w.-]+/gi, '$1 [token]');
  // In JSON, a backslash of Windows stands twice.
  const homes = [JSON.stringify(home).slice(1, -1), home];
  return home.length > 1 ? homes.reduce((rest, dir) => rest.replaceAll(dir, '~'), safe) : safe;
}

/** As a code block that its content cannot end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}
