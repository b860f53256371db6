/** The most edits between an unknown name and the known name that the error suggests. */
const maxEdits = 2;

/**
 * Throws a RangeError if `options` has a name that is not in `known`. Otherwise a misspelled option would be ignored. `path`
 * is the option that contains `options`, such as `"video"`.
 *
 * Checks the own enumerable names of a plain object. An instance of a class may have other fields. Reads no values, and
 * leaves a value that is not an object to the caller.
 *
 * @internal For packages that are built on this one.
 */
export function checkOptionNames(
  options: unknown,
  known: Readonly<Record<string, true>>,
  path?: string,
): void {
  if (!isPlainObject(options)) return;
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const full = (name: string) => (path === undefined ? name : `${path}.${name}`);
  const names = Object.keys(known);
  const similar = names
    .map((name) => ({ name, edits: editDistance(unknown, name) }))
    .toSorted((a, b) => a.edits - b.edits)[0];
  const hint =
    similar !== undefined && similar.edits <= maxEdits
      ? `did you mean "${full(similar.name)}"?`
      : `known options: ${names.map(full).join(", ")}`;
  throw new RangeError(`unknown option "${full(unknown)}", ${hint}`);
}

/** Whether the value is an object of `{}` or `Object.create(null)`, also one from another realm. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Returns the Levenshtein distance: how many characters must be inserted, removed or replaced to turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  // A name this much longer is no misspelling, and would take long to compare.
  if (Math.abs(a.length - b.length) > maxEdits) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, character] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (row[column - 1] as number) + (b[column - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
