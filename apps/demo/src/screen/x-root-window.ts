import { connect, type Socket } from "node:net";
import { authorizationName, findAuthorization } from "./x-authority.ts";

/**
 * Calls `onSize` with the size of an X screen, such as "1280x720", at the start and whenever it may have changed. Returns
 * a function that ends the watch. If the X server cannot be reached, `onSize` is not called.
 *
 * The numbers in this file are those of the X protocol, https://www.x.org/releases/X11R7.7/doc/xproto/x11protocol.html.
 */
export function watchScreenSize(
  display: string,
  env: NodeJS.ProcessEnv,
  onSize: (size: string) => void,
): () => void {
  const [, host = "", number, screen = "0"] = /^(.*):(\d+)(?:\.(\d+))?$/.exec(display) ?? [];
  if (number === undefined) return () => {};
  const isLocal = host === "" || host === "unix";
  const socket = isLocal
    ? connect(`/tmp/.X11-unix/X${number}`)
    : connect({ host, port: 6000 + Number(number) });
  socket.on("error", () => {});
  void watch(socket, { number, screen: Number(screen), env, onSize }).catch(() => socket.destroy());
  return () => socket.destroy();
}

interface Watch {
  readonly number: string;
  readonly screen: number;
  readonly env: NodeJS.ProcessEnv;
  readonly onSize: (size: string) => void;
}

async function watch(socket: Socket, { number, screen, env, onSize }: Watch): Promise<void> {
  socket.write(setupRequest(await findAuthorization(number, env)));
  const read = reader(socket);
  const head = await read(8);
  const isAccepted = head[0] === 1;
  const setup = await read(head.readUInt16LE(6) * 4);
  if (!isAccepted) throw new Error("the X server has refused the connection");
  const root = rootOf(setup, screen);
  socket.write(Buffer.concat([selectStructureEvents(root), getGeometry(root)]));
  for (;;) {
    const message = await read(32);
    const kind = (message[0] ?? 0) & 0x7f;
    // A reply; the only one is the answer to getGeometry.
    if (kind === 1) onSize(`${message.readUInt16LE(16)}x${message.readUInt16LE(18)}`);
    // A ConfigureNotify event
    if (kind === 22 && message.readUInt32LE(8) === root)
      onSize(`${message.readUInt16LE(20)}x${message.readUInt16LE(22)}`);
  }
}

/** Returns a function that resolves with the next bytes of a socket, and rejects when the socket ends. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest = Buffer.alloc(0);
  return async (length) => {
    while (rest.length < length) {
      const { value, done } = await chunks.next();
      if (done) throw new Error("the X server has closed the connection");
      rest = Buffer.concat([rest, value]);
    }
    const bytes = rest.subarray(0, length);
    rest = rest.subarray(length);
    return bytes;
  };
}

function setupRequest(cookie: Buffer): Buffer {
  const name = cookie.length > 0 ? authorizationName : "";
  const request = Buffer.alloc(12 + padded(name.length) + padded(cookie.length));
  request.write("l"); // little endian
  request.writeUInt16LE(11, 2); // protocol version
  request.writeUInt16LE(name.length, 6);
  request.writeUInt16LE(cookie.length, 8);
  request.write(name, 12);
  cookie.copy(request, 12 + padded(name.length));
  return request;
}

/** Returns the root window of a screen. `setup` is the server's answer without its first 8 bytes. */
function rootOf(setup: Buffer, screen: number): number {
  let offset = 32 + padded(setup.readUInt16LE(16)) + 8 * (setup[21] ?? 0);
  for (let index = 0; index < screen; index++) {
    let depths = setup[offset + 39] ?? 0;
    offset += 40;
    for (; depths > 0; depths--) offset += 8 + 24 * setup.readUInt16LE(offset + 2);
  }
  return setup.readUInt32LE(offset);
}

/** Returns the request ChangeWindowAttributes that selects StructureNotify events. */
function selectStructureEvents(window: number): Buffer {
  return Buffer.from(Uint32Array.of(2 | (4 << 16), window, 0x800, 0x20000).buffer);
}

function getGeometry(window: number): Buffer {
  return Buffer.from(Uint32Array.of(14 | (2 << 16), window).buffer);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
