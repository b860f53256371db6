// Accepts capture-host.mjs over mutual TLS, for publish-host.mjs.
import { on } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:tls";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";

const { CERTIFICATES = ".", PORT = "7443" } = process.env;

/** Yields a receiver for each connection of a host that has a certificate of the same authority. */
export async function* receivers() {
  const server = createServer({
    ca: readFileSync(`${CERTIFICATES}/ca.pem`),
    cert: readFileSync(`${CERTIFICATES}/publish-host.pem`),
    key: readFileSync(`${CERTIFICATES}/publish-host.key`),
    requestCert: true,
    rejectUnauthorized: true,
    noDelay: true,
  });
  server.on("tlsClientError", (error) => console.error("refused:", String(error)));
  const connections = on(server, "secureConnection");
  server.listen(Number(PORT));
  for await (const [socket] of connections) {
    try {
      const heartbeat = { interval: 2000, timeout: 10_000 };
      const channel = await IPCChannel.over(socket, { role: "accept", heartbeat });
      // The publisher decodes the frames, and sets the demand.
      yield BroadcastReceiver.over(channel, { decode: false, demand: { video: null, audio: null } });
    } catch (error) {
      console.error("refused:", String(error));
    }
  }
}
