/** Maximum length of a text in a notice, in UTF-16 code units. Longer texts are cut. */
const maxLength = 4096;

/**
 * Returns a text of the page in a form that a notice can carry: cut to the maximum length, and with lone surrogates
 * replaced, which a message cannot contain.
 */
export function noticeText(text: string): string {
  // Every supported runtime has the method (ES2024); the ES2023 types lack it.
  return (text.slice(0, maxLength) as string & { toWellFormed(): string }).toWellFormed();
}
