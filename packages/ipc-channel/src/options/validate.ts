import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The largest number of issues that an error names. A hostile value can have thousands of issues. */
const maxIssues = 3;

/** Maximum length of the text that joins the named issues, in UTF-16 code units. Longer text is cut. */
const maxTextLength = 500;

/**
 * Validates a value with a Standard Schema. Returns the schema's output, or a promise of it if the schema is asynchronous.
 *
 * If the value fails the schema or the schema throws, throws the error that `refuse` returns. An asynchronous schema causes
 * a rejection with that error instead. `refuse` gets a reason of at most 500 UTF-16 code units and, if the schema threw,
 * the exception.
 *
 * @internal For packages that are built on this one.
 */
export function validate<T>(
  schema: StandardSchemaV1<unknown, T>,
  value: unknown,
  refuse: (reason: string, cause?: unknown) => Error,
): T | Promise<T> {
  const fail = (cause: unknown) => refuse("the schema threw", cause);
  const read = (result: StandardSchemaV1.Result<T>): T => {
    if (!result.issues) return result.value;
    throw refuse(describe(result.issues));
  };
  let result: StandardSchemaV1.Result<T> | PromiseLike<StandardSchemaV1.Result<T>>;
  try {
    result = schema["~standard"].validate(value);
  } catch (cause) {
    throw fail(cause);
  }
  if (!("then" in result)) return read(result);
  return Promise.resolve(result).then(read, (cause) => {
    throw fail(cause);
  });
}

function describe(issues: readonly StandardSchemaV1.Issue[]): string {
  const named = issues.slice(0, maxIssues).map(({ path, message }) => {
    const keys = path?.map((segment) => String(typeof segment === "object" ? segment.key : segment));
    return keys?.length ? `${keys.join(".")}: ${message}` : message;
  });
  return named.join("; ").slice(0, maxTextLength);
}
