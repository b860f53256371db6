import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";

/** Words that run a command as root, which network namespaces need. On CI, the user may have sudo without a password. */
const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];

/** Whether to skip a test because network namespaces cannot be made here. Prints a warning if so. */
export function cannotLinkHosts(): boolean {
  const name = `bipc-try-${process.pid}`;
  const added = tryAsRoot("ip", "netns", "add", name);
  if (added) tryAsRoot("ip", "netns", "del", name);
  else console.warn("SKIPPED: tests between two hosts, because they need Linux, root and the program ip");
  return !added;
}

/**
 * Two hosts that share one line: a network namespace for capture, and either another one or this machine itself for
 * publishing.
 */
export class LinkedHosts implements Disposable {
  /** The address of the host that publishes. */
  readonly publishAddress: string;
  /** Words to put before a command, so that it runs on a host. */
  readonly on: { readonly capture: readonly string[]; readonly publish: readonly string[] };
  readonly #namespaces: readonly string[];

  private constructor(publishAddress: string, capture: string, publish: string | undefined) {
    this.publishAddress = publishAddress;
    this.#namespaces = publish === undefined ? [capture] : [capture, publish];
    const within = (name: string) => [...asRoot, "ip", "netns", "exec", name];
    this.on = { capture: within(capture), publish: publish === undefined ? [] : within(publish) };
  }

  /** @param isPublishHere Whether this machine is the host that publishes. Required for a server on its loopback. */
  static open({ isPublishHere }: { readonly isPublishHere: boolean }): LinkedHosts {
    const id = randomInt(2 ** 24).toString(36);
    const [capture, publish] = [`bipc-capture-${id}`, isPublishHere ? undefined : `bipc-publish-${id}`];
    // The range is reserved for tests between two networks (RFC 2544).
    const network = `198.18.${randomInt(256)}`;
    const hosts = new LinkedHosts(`${network}.1`, capture, publish);
    try {
      for (const name of hosts.#namespaces) root("ip", "netns", "add", name);
      const [near, far] = [`bipc${id}p`, `bipc${id}c`];
      const nearIn = publish === undefined ? [] : ["netns", publish];
      root("ip", "link", "add", near, ...nearIn, "type", "veth", "peer", "name", far, "netns", capture);
      const ends = [
        [hosts.on.publish, near, `${network}.1/24`],
        [hosts.on.capture, far, `${network}.2/24`],
      ] as const;
      for (const [on, device, address] of ends) {
        const ip = on.length === 0 ? ["ip"] : ["ip", "-n", on.at(-1) ?? ""];
        root(...ip, "address", "add", address, "dev", device);
        root(...ip, "link", "set", device, "up");
        root(...ip, "link", "set", "lo", "up");
      }
      return hosts;
    } catch (error) {
      hosts[Symbol.dispose]();
      throw error;
    }
  }

  /** Cuts the line, or connects it again. */
  setLine(state: "up" | "down"): void {
    const name = this.#namespaces[0] ?? "";
    const { stdout } = spawnSync("ip", ["-n", name, "-brief", "link", "show", "type", "veth"], {
      encoding: "utf8",
    });
    root("ip", "-n", name, "link", "set", stdout.split("@")[0] ?? "", state);
  }

  /** Removes the namespaces, and the line with them. */
  [Symbol.dispose](): void {
    for (const name of this.#namespaces) tryAsRoot("ip", "netns", "del", name);
  }
}

function root(...command: string[]): void {
  const [program = "", ...args] = [...asRoot, ...command];
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr ?? error?.message}`);
}

function tryAsRoot(...command: string[]): boolean {
  try {
    root(...command);
    return true;
  } catch {
    return false;
  }
}
