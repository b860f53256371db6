import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { lacksResources, systemError } from "../src/errors/system-error.ts";
import { IPCChannel } from "../src/ipc-channel.ts";
import { IPCServer } from "../src/ipc-server.ts";
import { Child } from "./support/child.ts";
import { stalePath } from "./support/servers.ts";
import { tempPath } from "./support/temp-dir.ts";

describe("IPCChannel and IPCServer", () => {
  test.skipIf(process.platform === "win32")(
    "rejects with ERR_IPC_RESOURCES while no descriptor is free, removes no file, and continues once descriptors are free",
    async () => {
      const [served, free, dead] = [tempPath(), tempPath(), await stalePath()];
      const server = await IPCServer.listen(served);
      onTestFinished(() => server.close());
      const child = new Child("exhausted.mjs", served, free, dead);
      expect(await child.report("outcomes")).toMatchObject({
        free: ["ERR_IPC_RESOURCES", "EMFILE"],
        dead: ["ERR_IPC_RESOURCES", "EMFILE"],
        accept: ["ERR_IPC_RESOURCES", "EMFILE"],
        connect: ["ERR_IPC_TIMEOUT", "ERR_IPC_RESOURCES"],
      });
      expect(readdirSync(dirname(dead))).toEqual(["s"]);
      expect(existsSync(free)).toBe(false);
      await child.report("exhausted");
      const retried: number[] = [];
      let onRetried: () => void = () => {};
      const dropped = new Promise<void>((resolve) => {
        onRetried = resolve;
      });
      const connecting = IPCChannel.connect(`${free}-own`, {
        onRetry: (_, attempt) => {
          retried.push(attempt);
          if (attempt === 3) onRetried();
        },
      });
      await dropped;
      child.tell("free them");
      const { retries } = (await child.report("connected")) as unknown as { retries: unknown[][] };
      expect(retries.length).toBeGreaterThan(0);
      expect(retries).toEqual(retries.map((_, index) => ["ERR_IPC_RESOURCES", index + 1]));
      await child.report("served");
      await (await connecting).close();
      expect(retried.slice(0, 3)).toEqual([1, 2, 3]);
      expect(await child.exitCode()).toBe(0);
    },
  );
});

describe("systemError", () => {
  test("maps every errno for a lack of resources to ERR_IPC_RESOURCES", () => {
    for (const code of ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ENOSPC", "EDQUOT"]) {
      const cause = Object.assign(new Error(code), { code });
      expect(lacksResources(cause)).toBe(true);
      expect(systemError("ERR_IPC_PATH_INVALID", "what", cause)).toMatchObject({
        code: "ERR_IPC_RESOURCES",
        cause,
      });
    }
    for (const cause of [Object.assign(new Error(), { code: "EACCES" }), new Error("none"), undefined]) {
      expect(lacksResources(cause)).toBe(false);
      expect(systemError("ERR_IPC_PATH_INVALID", "what", cause).code).toBe("ERR_IPC_PATH_INVALID");
    }
  });
});
