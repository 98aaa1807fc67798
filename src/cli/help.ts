import { textTable } from '../core/textTable.ts';
import type { Command } from './command.ts';
import { optionHelp } from './optionHelp.ts';

/** Every command: its usage, and below it what it does, in lines of at most `columns` characters where words allow it. */
export function overview(commands: readonly Command[], columns: number): string {
  const entries = commands.map(({ name, usage, summary }) =>
    [...wrapped(`${name} ${usage}`, columns, '  ', '      '), ...wrapped(summary, columns, '      ')].join(
      '\n',
    ),
  );
  const more = wrapped('`peft-workbench COMMAND --help` lists the options of one.', columns);
  return ['Usage: peft-workbench COMMAND [ARGUMENTS]', '', ...entries, '', ...more, ''].join('\n');
}

/** One command with its options. */
export function commandHelp({ name, usage, summary, options }: Command, columns: number): string {
  const rows = Object.keys(options).map((option) => [`  --${option}`, optionHelp[option] ?? '']);
  const usageLines = wrapped(`Usage: peft-workbench ${name} ${usage}`, columns, '', '    ');
  const table = rows.length === 0 ? [] : ['', textTable(rows).trimEnd()];
  return [...usageLines, '', ...wrapped(summary, columns), ...table, ''].join('\n');
}

/** `[--set PATH=YAML]...` and its like stay on one line. */
function wrapped(text: string, columns: number, first = '', next = first): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/\[[^\]]*\]\S*|\S+/g) ?? []) {
    const longer = line === '' ? `${lines.length === 0 ? first : next}${word}` : `${line} ${word}`;
    if (line !== '' && longer.length > columns) {
      lines.push(line);
      line = `${next}${word}`;
    } else line = longer;
  }
  return [...lines, line];
}
