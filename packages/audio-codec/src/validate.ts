import * as v from "valibot";
import { AudioCodecError, type AudioCodecErrorCode } from "./audio-codec-error.ts";

/** Returns the value that the schema accepts. Throws an `AudioCodecError` that names the first invalid field. */
export function validate<T>(
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
  code: AudioCodecErrorCode,
): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new AudioCodecError(code, field ? `${field}: ${issue.message}` : issue.message);
}
