/** A command of the Chrome DevTools Protocol that performs a part of an input. */
export interface CDPCommand {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}
