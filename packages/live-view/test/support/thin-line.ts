import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A TCP proxy that passes a bounded number of bytes per second to its clients. */
export async function openThinLine(url: string, bytesPerSecond: number): Promise<string> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.setNoDelay(true);
    }
    client.pipe(upstream);
    const perTick = bytesPerSecond / 50;
    let allowance = 0;
    upstream.pause();
    upstream.on("readable", () => {});
    const timer = setInterval(() => {
      allowance = Math.min(allowance + perTick, perTick * 2);
      const chunk = upstream.read(Math.min(Math.floor(allowance), upstream.readableLength));
      if (!chunk) return;
      allowance -= chunk.length;
      client.write(chunk);
    }, 20);
    client.on("close", () => clearInterval(timer));
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const line = new URL(url);
  line.port = String((server.address() as AddressInfo).port);
  return line.href;
}
