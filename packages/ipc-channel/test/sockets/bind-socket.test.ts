import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { IPCChannel } from "../../src/ipc-channel.ts";
import { IPCServer } from "../../src/ipc-server.ts";
import { maxPathBytes } from "../../src/paths/socket-path.ts";
import { bindSocket } from "../../src/sockets/bind-socket.ts";
import { Child } from "../support/child.ts";
import { answers, newServer, stalePath } from "../support/servers.ts";
import { tempDir, tempPath } from "../support/temp-dir.ts";

const inUse = { code: "ERR_IPC_PATH_IN_USE" };
const invalid = { code: "ERR_IPC_PATH_INVALID" };

describe("bindSocket", () => {
  test("binds a socket of mode 0600, leaves no other file, and removes the socket when unbind() is called", async () => {
    const path = tempPath();
    const unbind = await bindSocket(newServer(), path);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(["s"]);
    expect(await answers(path)).toBe(true);
    await unbind();
    expect(readdirSync(dirname(path))).toEqual([]);
    await unbind();
  });

  test.each([0, 5, 11, 12, 30])(
    "binds a path that is %i bytes shorter than the longest path",
    async (less) => {
      const directory = tempDir();
      const path = join(directory, "x".repeat(maxPathBytes - less - directory.length - 1));
      const unbind = await bindSocket(newServer(), path);
      expect(await answers(path)).toBe(true);
      expect(lstatSync(path).mode & 0o777).toBe(0o600);
      unlinkSync(path);
      const unbindSecond = await bindSocket(newServer(), path);
      await unbind();
      expect(await answers(path)).toBe(true);
      await unbindSecond();
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test("binds a path of the maximum length in a long directory, detects a live socket there, and replaces a dead one", async () => {
    const base = tempDir();
    const directory = join(base, "d".repeat(maxPathBytes - base.length - 3));
    mkdirSync(directory);
    const path = join(directory, "s");
    expect(path).toHaveLength(maxPathBytes);
    await stalePath(path);
    const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith("ipc-"));
    const before = temporary();
    const outcomes = await Promise.allSettled([bindSocket(newServer(), path), bindSocket(newServer(), path)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: inUse });
    expect(await answers(path)).toBe(true);
    expect(readdirSync(directory)).toEqual(["s"]);
    expect(
      temporary().filter(
        (name) =>
          !before.includes(name) &&
          lstatSync(join(tmpdir(), name), { throwIfNoEntry: false })?.isSymbolicLink(),
      ),
    ).toEqual([]);
  });

  test("resolves a relative path when bindSocket() is called, and later unbinds that path", async () => {
    const [here, there] = [tempDir(), tempDir()];
    const cwd = process.cwd();
    onTestFinished(() => process.chdir(cwd));
    process.chdir(here);
    const bound = bindSocket(newServer(), "./s");
    process.chdir(there);
    const unbind = await bound;
    await bindSocket(newServer(), "s");
    expect(await answers(join(here, "s"))).toBe(true);
    expect(readdirSync(here)).toEqual(["s"]);
    await unbind();
    expect(readdirSync(here)).toEqual([]);
    expect(await answers(join(there, "s"))).toBe(true);
  });

  test("rejects a relative path whose absolute form is too long with ERR_IPC_PATH_INVALID", async () => {
    const directory = join(tempDir(), "d".repeat(maxPathBytes));
    mkdirSync(directory);
    const cwd = process.cwd();
    onTestFinished(() => process.chdir(cwd));
    process.chdir(directory);
    await expect(bindSocket(newServer(), "s")).rejects.toMatchObject(invalid);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("rejects the path of a live server with ERR_IPC_PATH_IN_USE, and leaves the server reachable", async () => {
    const path = tempPath();
    await bindSocket(newServer(), path);
    const second = newServer();
    await expect(bindSocket(second, path)).rejects.toMatchObject(inUse);
    expect(second.listening).toBe(false);
    expect(await answers(path)).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(["s"]);
  });

  test("rejects the path of a server of another program with ERR_IPC_PATH_IN_USE", async () => {
    const path = tempPath();
    const other = newServer().listen(path);
    await once(other, "listening");
    await expect(bindSocket(newServer(), path)).rejects.toMatchObject(inUse);
    expect(await answers(path)).toBe(true);
  });

  test("rejects a file, directory or link with ERR_IPC_PATH_IN_USE, and does not change it", async () => {
    const directory = tempDir();
    const file = join(directory, "file");
    writeFileSync(file, "precious");
    const folder = join(directory, "folder");
    mkdirSync(folder);
    const toFile = join(directory, "link");
    symlinkSync(file, toFile);
    const toNothing = join(directory, "dangling");
    symlinkSync(join(directory, "nothing"), toNothing);
    const toSocket = join(directory, "to-socket");
    symlinkSync(await stalePath(), toSocket);
    for (const path of [file, folder, toFile, toNothing, toSocket])
      await expect(bindSocket(newServer(), path)).rejects.toMatchObject(inUse);
    expect(readFileSync(file, "utf8")).toBe("precious");
    expect(readdirSync(directory).sort()).toEqual(["dangling", "file", "folder", "link", "to-socket"]);
    expect(lstatSync(toSocket).isSymbolicLink()).toBe(true);
  });

  test("rejects with ERR_IPC_PATH_INVALID if the path is empty or too long, contains a NUL or has no parent directory", async () => {
    const directory = tempDir();
    writeFileSync(join(directory, "file"), "");
    for (const path of [
      "",
      join(directory, "a\0b"),
      join(directory, "missing", "s"),
      join(directory, "file", "s"),
      join(directory, "ä".repeat(60)),
    ]) {
      const server = newServer();
      await expect(bindSocket(server, path)).rejects.toMatchObject(invalid);
      expect(server.listening).toBe(false);
    }
    expect(readdirSync(directory)).toEqual(["file"]);
  });

  test("replaces the socket of a killed process", async () => {
    const path = await stalePath();
    await bindSocket(newServer(), path);
    expect(await answers(path)).toBe(true);
  });

  test("unbinds without removing the socket of another server", async () => {
    const path = tempPath();
    const first = await IPCServer.listen(path);
    unlinkSync(path);
    await using second = await IPCServer.listen(path);
    await first.close();
    await using channel = await IPCChannel.connect(path);
    expect(channel.isClosed).toBe(false);
    for await (const peer of second) {
      await peer.close();
      break;
    }
  });

  test("unbinds without removing a file that another program created at the path", async () => {
    const path = tempPath();
    const unbind = await bindSocket(newServer(), path);
    unlinkSync(path);
    writeFileSync(path, "precious");
    await unbind();
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  test("lets exactly one of four processes replace a stale socket, and that process is reachable", async () => {
    const path = await stalePath();
    const children = [1, 2, 3, 4].map(() => new Child("server.mjs", path));
    await Promise.all(children.map((child) => child.report("started")));
    for (const child of children) child.tell("go");
    const outcomes = await Promise.all(
      children.map((child) =>
        child.report("listening").then(
          () => "listening",
          (error: Error) => (error.message.includes("ERR_IPC_PATH_IN_USE") ? "in use" : error.message),
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(["in use", "in use", "in use", "listening"]);
    await using channel = await IPCChannel.connect(path);
    await channel.send("hello");
    const answer = await channel.messages().next();
    expect(answer.value?.header).toMatchObject({ header: "hello" });
    expect(readdirSync(dirname(path))).toEqual(["s"]);
  });

  test("lets exactly one of many servers in one process bind a path", async () => {
    const path = await stalePath();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => bindSocket(newServer(), path)));
    const refusals = outcomes
      .filter((outcome) => outcome.status === "rejected")
      .map(({ reason }) => reason.code);
    expect(refusals).toEqual(Array.from({ length: 7 }, () => "ERR_IPC_PATH_IN_USE"));
    expect(await answers(path)).toBe(true);
  });
});
