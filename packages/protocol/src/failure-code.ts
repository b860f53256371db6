/** What stays the same between two failures of one reason: the error's code, else its name. */
export function failureCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "Error";
}
