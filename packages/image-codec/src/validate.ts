import * as v from "valibot";
import { ImageCodecError, type ImageCodecErrorCode } from "./image-codec-error.ts";

/** The value as the schema describes it, or an `ImageCodecError` that names the first field at fault. */
export function validate<T>(
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
  code: ImageCodecErrorCode,
): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new ImageCodecError(code, field ? `${field}: ${issue.message}` : issue.message);
}
