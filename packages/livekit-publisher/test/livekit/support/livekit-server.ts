import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Longest wait for a server to answer, in ms. */
const startTimeout = 20_000;

/**
 * A process of the `livekit-server` on PATH, on loopback with free ports. The address stays the same when the server is
 * stopped and started again. The process is killed when this process exits.
 */
export class LiveKitServer implements AsyncDisposable {
  readonly url: string;
  readonly apiKey = "devkey";
  readonly apiSecret = "secret";
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, directory: string) {
    this.url = `ws://127.0.0.1:${port}`;
    this.#directory = directory;
  }

  /** Starts a server. Rejects with an error that contains the server's output if the server does not answer. */
  static async open(): Promise<LiveKitServer> {
    const [port, udpPort] = await Promise.all([freeTCPPort(), freeUDPPort()]);
    const directory = await mkdtemp(join(tmpdir(), "livekit-server-"));
    const server = new LiveKitServer(port, directory);
    await writeFile(join(directory, "livekit.yaml"), configuration(port, udpPort));
    await server.start();
    return server;
  }

  /** Starts the server again after {@link stop}. Resolves when it answers. */
  async start(): Promise<void> {
    const log = openSync(join(this.#directory, "log"), "a");
    const server = spawn("livekit-server", ["--dev", "--config", join(this.#directory, "livekit.yaml")], {
      stdio: ["ignore", log, log],
    });
    let failure: Error | undefined;
    server.once("error", (error) => {
      failure = error;
    });
    this.#process = server;
    process.once("exit", this.#kill);
    const address = this.url.replace("ws:", "http:");
    for (const end = Date.now() + startTimeout; Date.now() < end; await setTimeout(50)) {
      if (failure || server.exitCode !== null) break;
      if (await answers(address)) return;
    }
    this.#kill();
    const output = await readFile(join(this.#directory, "log"), "utf8");
    throw new Error(`livekit-server does not answer at ${address}. Its output:\n${output}`, {
      cause: failure,
    });
  }

  /** Stops the server. On SIGTERM the server waits for its participants to leave, and on a second one it ends at once. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    process.off("exit", this.#kill);
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill(signal);
    if (signal === "SIGTERM") {
      await setTimeout(100);
      server.kill(signal);
    }
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
    await rm(this.#directory, { recursive: true, force: true });
  }

  readonly #kill = (): void => {
    this.#process?.kill("SIGKILL");
  };
}

/** A STUN server on a dead port of loopback. Without one, the server tells its clients to use public STUN servers. */
function configuration(port: number, udpPort: number): string {
  return `
port: ${port}
bind_addresses: ["127.0.0.1"]
rtc:
  node_ip: 127.0.0.1
  use_external_ip: false
  udp_port: ${udpPort}
  tcp_port: 0
  enable_loopback_candidate: true
  interfaces: { includes: [lo] }
  stun_servers: ["127.0.0.1:3478"]
`;
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

async function freeTCPPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function freeUDPPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
