import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Time after which a refused connection is destroyed, in ms. */
const lingerTime = 1_000;

/**
 * Refuses a request for an upgrade with an HTTP status, and destroys the connection: when the answer is written, or
 * after one second at the latest. A peer that neither reads nor closes its end holds no resources.
 *
 * @example
 * server.on("upgrade", (request, socket, head) => {
 *   if (request.url === "/live") view.handleUpgrade(request, socket, head);
 *   else refuseUpgrade(socket, 404);
 * });
 */
export function refuseUpgrade(socket: Duplex, status = 403): void {
  const destroy = () => socket.destroy();
  const timer = setTimeout(destroy, lingerTime).unref();
  socket.on("error", () => {});
  socket.once("finish", destroy);
  socket.once("close", () => clearTimeout(timer));
  // Node pauses the socket of an upgrade. If data waits there, closing it would reset the connection and lose the answer.
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
