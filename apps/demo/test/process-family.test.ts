import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { membersOf, ProcessFamily } from "../src/process-family.ts";
import { listProcesses } from "../src/process-table.ts";
import { isRunning } from "./support/processes.ts";

describe("membersOf", () => {
  const folder = "/tmp/demo-a1B2c3";
  const entry = (pid: number, parent: number, text = "") => ({ pid, parent, text: `${text}\0` });

  test("finds processes that have the folder in their environment or arguments, and their descendants", () => {
    const processes = [
      entry(12, 11),
      entry(11, 10),
      entry(10, 1, `A=1\0TMPDIR=${folder}\0B=2`),
      entry(20, 1, `chromium\0--user-data-dir=${folder}/profile`),
      // A process that has overwritten its arguments with one text.
      entry(30, 1, `chromium --type=zygote --user-data-dir=${folder}/profile --more`),
    ];
    expect(membersOf(processes, folder).toSorted()).toEqual([10, 11, 12, 20, 30]);
  });

  test("leaves out parents, processes of a similar folder, and processes that only mention the folder", () => {
    const processes = [
      entry(1, 0),
      entry(9, 1),
      entry(10, 9, `TMPDIR=${folder}`),
      entry(20, 1, `TMPDIR=${folder}4`),
      entry(30, 1, `TMPDIR=/tmp/other`),
      entry(40, 1, `ls\0${folder}`),
      entry(process.pid, 9, `TMPDIR=${folder}`),
    ];
    expect(membersOf(processes, folder)).toEqual([10]);
  });
});

test("lists running processes with their parent, arguments and environment", async () => {
  const args = ["-e", "setInterval(() => {}, 1000); process.stdout.write('.')", "an argument"];
  const child = spawn(process.execPath, args, { env: { ...process.env, SOME_MARK: "a mark" } });
  await once(child.stdout, "data");
  const entry = (await listProcesses()).find(({ pid }) => pid === child.pid);
  expect(entry).toMatchObject({ parent: process.pid });
  expect(entry?.text).toContain("an argument");
  expect(entry?.text).toContain("SOME_MARK=a mark");
  child.kill("SIGKILL");
});

test("kills stopped processes in sessions of their own after their parent has ended, and removes the folder", async () => {
  const family = ProcessFamily.create();
  await writeFile(join(family.folder, "file"), "text");
  const child = "process.stdout.write('.'); setInterval(() => {}, 1000)";
  const parent = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.once("data", () => {
      process.kill(child.pid, "SIGSTOP");
      process.stdout.write(String(child.pid), () => process.exit());
    });`;
  const env = { ...process.env, ...family.environment };
  const leader = spawn(process.execPath, ["-e", parent], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(leader, "exit");
  const grandchild = Number(String(await once(leader.stdout, "data")));
  await ended;
  expect(await isRunning(grandchild)).toBe(true);
  expect(await family.end()).toBe(true);
  expect(await isRunning(grandchild)).toBe(false);
  expect(existsSync(family.folder)).toBe(false);
  expect(await family.end()).toBe(true);
});
