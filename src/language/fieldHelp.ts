import { expectation, type Field } from '../recipe/fields.ts';

/** What a field takes and what holds without it, on one line. */
export function fieldDetail(field: Field, isRequired: boolean): string {
  const otherwise = isRequired ? 'required' : defaultWords(field);
  return [expectation(field), ...(otherwise === undefined ? [] : [otherwise])].join('; ');
}

/** All that the schema knows of a field, as Markdown. */
export function fieldMarkdown(name: string, field: Field, isRequired: boolean): string {
  const { help, source } = field;
  const otherwise = defaultWords(field);
  return [
    `**${name}**${help === undefined ? '' : `: ${help}`}`,
    `Takes ${expectation(field)}.`,
    ...(isRequired ? ['Required.'] : otherwise === undefined ? [] : [`${capital(otherwise)}.`]),
    ...(source === undefined ? [] : [`Source: ${source}.`]),
  ].join('\n\n');
}

/** What holds where the field is absent; undefined where nothing does. */
function defaultWords({ default: value, otherwise }: Field): string | undefined {
  if (value !== undefined) return `default: \`${JSON.stringify(value).replaceAll('"', '')}\``;
  return otherwise === undefined ? undefined : `default: ${otherwise}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Text of a file or recipe as Markdown that shows it as it is. */
export function codeSpan(text: string): string {
  return `\`${text.replace(/[`\p{Cc}]+/gu, ' ').slice(0, 200)}\``;
}
