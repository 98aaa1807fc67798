/** Id of the element in which the editor gives a page its translations: a JSON object, English text to that of the user's language. */
const ELEMENT = 'l10n';

/**
 * What says the texts of a page, by their keys and in the user's language where it is known.
 * @param strings each a whole sentence or label, with {0}, {1} ... for values
 */
export function speaker<Key extends string>(
  strings: Readonly<Record<Key, string>>,
): (key: Key, ...values: readonly (string | number)[]) => string {
  let translations: Readonly<Record<string, string>> | undefined;
  return (key, ...values) => {
    translations ??= readTranslations();
    const text = translations[strings[key]] ?? strings[key];
    return text.replace(/\{(\d)\}/g, (_, i: string) => `${values[Number(i)]}`);
  };
}

interface Page {
  getElementById(id: string): { readonly textContent: string | null } | null;
}

/** None outside of the editor: in a file, and in tests without a page. */
function readTranslations(): Readonly<Record<string, string>> {
  const { document } = globalThis as { document?: Page };
  const text = document?.getElementById(ELEMENT)?.textContent;
  return text ? (JSON.parse(text) as Record<string, string>) : {};
}
