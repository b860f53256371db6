import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import type { Server } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bindSocket } from "../../src/sockets/bind-socket.ts";
import { Child } from "../support/child.ts";
import { answers, newServer, stalePath } from "../support/servers.ts";
import { tempPath } from "../support/temp-dir.ts";

const inUse = { code: "ERR_IPC_PATH_IN_USE" };

/** Two hours ago, so that files with this modification time count as old. */
const longAgo = new Date(Date.now() - 7_200_000);

/** Moments at which a binding process is stopped: description, function of node:fs/promises, n (the process stops before the n-th call of this function), and whether the process then holds the lock. */
const moments = [
  ["before it creates its lock room", "mkdir", 1, false],
  ["before it takes the lock", "link", 1, false],
  ["after it takes the lock", "readdir", 1, true],
  ["before it sets the mode of the socket", "chmod", 1, true],
  ["before it links the socket to the path", "link", 2, true],
  ["before it releases the lock", "unlink", 1, true],
  ["before it removes its lock room", "rmdir", 1, false],
] as const;

/** Starts a process that binds the path and waits before the n-th call of a function. */
async function stoppedAt(path: string, name: string, count: number): Promise<Child> {
  const child = new Child("stop-binding.mjs", path, name, count);
  await child.report("stopped");
  return child;
}

/** Makes the lock rooms beside the path look old, because bindSocket() keeps an empty lock room that is new. */
function age(path: string): void {
  for (const name of readdirSync(dirname(path))) {
    const beside = join(dirname(path), name);
    if (lstatSync(beside).isDirectory()) utimesSync(beside, longAgo, longAgo);
  }
}

async function listening(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, "listening");
}

/** Calls `run` as a user who can read the directory but cannot write to it. */
async function asNobody<T>(directory: string, run: () => Promise<T>): Promise<T> {
  const { chmodSync } = await import("node:fs");
  chmodSync(directory, 0o555);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(directory, 0o755);
  }
}

describe("withPathLock", () => {
  test.each(moments)(
    "removes the files of a process that was killed %s, and does not wait",
    async (_, name, count) => {
      for (const path of [tempPath(), await stalePath()]) {
        const child = await stoppedAt(path, name, count);
        await child.kill();
        age(path);
        await bindSocket(newServer(), path);
        expect(await answers(path)).toBe(true);
        expect(readdirSync(dirname(path))).toEqual(["s"]);
      }
    },
  );

  test.each(moments)(
    "does not replace the socket of a process that was delayed %s and then binds the path",
    async (_, name, count, holds) => {
      const path = await stalePath();
      const child = await stoppedAt(path, name, count);
      const controller = new AbortController();
      const other = bindSocket(newServer(), path, controller.signal);
      if (holds) setImmediate(() => controller.abort("enough"));
      const outcome = await other.then(
        () => "bound",
        (reason) => reason.code ?? reason,
      );
      const isPathTaken = name === "unlink" || name === "rmdir";
      child.tell("go on");
      if (isPathTaken || holds) await child.report("listening");
      else expect(await child.report("refused")).toMatchObject(inUse);
      expect(outcome).toBe(holds ? "enough" : isPathTaken ? "ERR_IPC_PATH_IN_USE" : "bound");
      expect(await answers(path)).toBe(true);
      expect(readdirSync(dirname(path))).toEqual(["s"]);
    },
  );

  test("waits at most 5 s for a lock whose holder is stopped, and leaves the lock in place", async () => {
    const path = tempPath();
    const child = await stoppedAt(path, "chmod", 1);
    child.process.kill("SIGSTOP");
    const lock = lstatSync(`${path}.lock`);
    const start = performance.now();
    const now = vi.spyOn(performance, "now").mockReturnValue(start);
    onTestFinished(() => now.mockRestore());
    const server = newServer();
    const bound = bindSocket(server, path);
    let isSettled = false;
    bound
      .catch(() => {})
      .finally(() => {
        isSettled = true;
      });
    const calls = now.mock.calls.length;
    while (now.mock.calls.length < calls + 3) await new Promise((resolve) => setImmediate(resolve));
    now.mockReturnValue(start + 4999);
    const later = now.mock.calls.length;
    while (now.mock.calls.length < later + 3) await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    now.mockReturnValue(start + 5001);
    await expect(bound).rejects.toMatchObject(inUse);
    expect(server.listening).toBe(false);
    expect(lstatSync(`${path}.lock`).ino).toBe(lock.ino);
    child.process.kill("SIGCONT");
    child.tell("go on");
    await child.report("listening");
    expect(await answers(path)).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(["s"]);
  });

  test("lets exactly one of four processes replace a stale socket with a dead lock, and that process is reachable", async () => {
    const path = await stalePath();
    for (const [name, count] of [
      ["chmod", 1],
      ["link", 2],
    ] as const) {
      await (await stoppedAt(path, name, count)).kill();
    }
    const children = [1, 2, 3, 4].map(() => new Child("server.mjs", path));
    await Promise.all(children.map((child) => child.report("started")));
    for (const child of children) child.tell("go");
    const outcomes = await Promise.all(
      children.map((child) =>
        child.report("listening").then(
          () => "listening",
          ({ message }) => message,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "listening")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.includes("ERR_IPC_PATH_IN_USE"))).toHaveLength(3);
    expect(await answers(path)).toBe(true);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test("does not wait for a process that died while it removed a dead lock", async () => {
    const path = await stalePath();
    await (await stoppedAt(path, "chmod", 1)).kill();
    await (await stoppedAt(path, "unlink", 1)).kill();
    expect(readdirSync(dirname(path)).filter((name) => /^s\.lock\.\d+-\d+$/.test(name))).toHaveLength(1);
    age(path);
    await bindSocket(newServer(), path);
    expect(await answers(path)).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(["s"]);
  });

  test.each<[string, (lock: string) => unknown, (lock: string) => unknown]>([
    ["a file", (lock) => writeFileSync(lock, "precious"), (lock) => readFileSync(lock, "utf8")],
    ["an empty directory", (lock) => mkdirSync(lock), (lock) => lstatSync(lock).isDirectory()],
    [
      "a directory with a file in it",
      (lock) => {
        mkdirSync(lock);
        writeFileSync(join(lock, "file"), "precious");
      },
      (lock) => readFileSync(join(lock, "file"), "utf8"),
    ],
    [
      "a directory with a live socket in it",
      async (lock) => {
        mkdirSync(lock);
        await listening(newServer(), join(lock, "control"));
      },
      (lock) => answers(join(lock, "control")),
    ],
    [
      "a directory with a dead socket in it",
      async (lock) => {
        mkdirSync(lock);
        renameSync(await stalePath(), join(lock, "left"));
      },
      (lock) => lstatSync(join(lock, "left")).isSocket(),
    ],
    ["a dangling link", (lock) => symlinkSync("/nowhere/at/all", lock), (lock) => readlinkSync(lock)],
  ])(
    "rejects with ERR_IPC_PATH_IN_USE if the lock is %s, and does not change the lock, even if the lock is old",
    async (_, make, look) => {
      for (const isOld of [false, true]) {
        const path = tempPath();
        await make(`${path}.lock`);
        if (isOld && !lstatSync(`${path}.lock`).isSymbolicLink())
          utimesSync(`${path}.lock`, longAgo, longAgo);
        const before = await look(`${path}.lock`);
        const server = newServer();
        await expect(bindSocket(server, path)).rejects.toMatchObject(inUse);
        expect(server.listening).toBe(false);
        expect(await look(`${path}.lock`)).toEqual(before);
        expect(before).toBeTruthy();
        expect(readdirSync(dirname(path))).toEqual(["s.lock"]);
      }
    },
  );

  test("keeps files and directories that are named like a lock room but are not the lock room of a dead process", async () => {
    const path = tempPath();
    const room = (index: number) => `${path}.lock.room-${String(index).padStart(16, "x")}`;
    const another = `${path}.lock.backup`;
    const names = [another, ...[1, 2, 3, 4].map(room)];
    const [, file, full, live, open] = names as [string, string, string, string, string];
    writeFileSync(file, "precious");
    for (const directory of [another, full, live]) mkdirSync(directory, { mode: 0o700 });
    mkdirSync(open, { mode: 0o755 });
    writeFileSync(join(full, "file"), "precious");
    renameSync(await stalePath(), join(full, "beacon"));
    renameSync(await stalePath(), join(open, "beacon"));
    await listening(newServer(), join(live, "beacon"));
    age(path);
    await bindSocket(newServer(), path);
    for (const name of names) expect(existsSync(name)).toBe(true);
    expect(readdirSync(full).sort()).toEqual(["beacon", "file"]);
    expect(readdirSync(open)).toEqual(["beacon"]);
    expect(await answers(join(live, "beacon"))).toBe(true);
  });

  test("rejects a read-only directory with ERR_IPC_PATH_INVALID at once, even if the directory contains a dead lock", async () => {
    const path = await stalePath();
    await (await stoppedAt(path, "chmod", 1)).kill();
    const code = await asNobody(dirname(path), () =>
      bindSocket(newServer(), path).catch((error) => error.code),
    );
    expect(code).toBe("ERR_IPC_PATH_INVALID");
  });
});
