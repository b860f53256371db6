import { readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join } from "node:path";

/** The only authorization that {@link findAuthorization} looks for. All common X servers offer it. */
export const authorizationName = "MIT-MAGIC-COOKIE-1";

/**
 * Returns the cookie for a display of this machine from the file at `XAUTHORITY` or `~/.Xauthority`. Returns an empty
 * buffer if there is none, because a server may admit its own user without a cookie.
 */
export async function findAuthorization(displayNumber: string, env: NodeJS.ProcessEnv): Promise<Buffer> {
  const file = env.XAUTHORITY || join(homedir(), ".Xauthority");
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const entries = [...entriesOf(bytes)].filter(
    ({ number, name }) => name === authorizationName && (number === "" || number === displayNumber),
  );
  return (entries.find(({ host }) => host === hostname()) ?? entries[0])?.data ?? Buffer.alloc(0);
}

interface Entry {
  readonly host: string;
  readonly number: string;
  readonly name: string;
  readonly data: Buffer;
}

/** Yields the entries of an authority file: a 16-bit family and four fields, each after its 16-bit length. */
function* entriesOf(bytes: Buffer): Generator<Entry> {
  let offset = 0;
  const field = () => {
    const start = offset + 2;
    offset = start + bytes.readUInt16BE(offset);
    return bytes.subarray(start, offset);
  };
  while (offset < bytes.length) {
    offset += 2;
    try {
      yield { host: String(field()), number: String(field()), name: String(field()), data: field() };
    } catch {
      return; // The file is cut off.
    }
  }
}
