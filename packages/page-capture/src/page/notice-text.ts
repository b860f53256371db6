/** Longer texts are not notified. */
const maxLength = 4096;

/**
 * Returns what a notice can carry of a text of the page. A message cannot carry a lone surrogate, which the page or the cut
 * can leave.
 */
export function noticeText(text: string): string {
  // Every supported runtime has the method (ES2024); the ES2023 types lack it.
  return (text.slice(0, maxLength) as string & { toWellFormed(): string }).toWellFormed();
}
