/// <reference lib="dom" />
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { BroadcastView } from "@broadcast-ipc/live-view/element";
import type { Page } from "playwright-core";
import { WatchedDemo } from "../demo/watched-demo.ts";
import { BenchProcess } from "../live/bench-process.ts";
import { fixed, megabytes, table } from "../markdown.ts";
import type { ViewersReport } from "./viewers-parameters.ts";

/** Number of viewers by script, beside the one in Chromium. Half of them are stalled. */
const crowd = 99;

/** Time for the viewers to connect and for memory to settle, in ms. */
const settling = 3000;

interface Scene {
  readonly name: string;
  readonly args: readonly string[];
  readonly demands: readonly object[];
}

const full = { encoding: "auto" };
const half = { encoding: "auto", maxWidth: 640, maxHeight: 360 };
const scenes: readonly Scene[] = [
  { name: "a page, all full size", args: ["--source", "page"], demands: [full] },
  { name: "a page, the others half size", args: ["--source", "page"], demands: [half] },
  { name: "a test pattern, all full size", args: ["--source", "synthetic"], demands: [full] },
  { name: "a test pattern, all raw", args: ["--source", "synthetic"], demands: [{ encoding: "raw" }] },
];

/** Measures one viewer in Chromium among 99 viewers by script, half of them stalled. */
export async function measureViewers(seconds: number): Promise<string> {
  const rows: string[][] = [];
  for (const { name, args, demands } of scenes) {
    await using demo = await WatchedDemo.start(...args);
    await delay(settling);
    const alone = await measure(demo, seconds);
    const url = demo.page.url().replace(/^http(.*)$/, "ws$1live");
    const watchers = new BenchProcess(new URL("watch.ts", import.meta.url), {
      url,
      count: crowd,
      demands,
      seconds,
    });
    try {
      await watchers.next("ready");
      await delay(settling);
      watchers.send({ type: "start" });
      const together = await measure(demo, seconds);
      const others = await watchers.next<ViewersReport>("report");
      console.error(
        `${name}: ${fixed(together.fps)} frames per second in Chromium, ${fixed(together.cpu)} % CPU`,
      );
      rows.push([
        name,
        fixed(alone.fps),
        fixed(together.fps),
        fixed(others.framesPerSecond),
        fixed(alone.cpu, 0),
        fixed(together.cpu, 0),
        fixed((together.cpu - alone.cpu) / crowd, 2),
        megabytes((together.memory - alone.memory) / crowd),
      ]);
    } finally {
      await watchers.kill();
    }
  }
  return table(
    `One viewer in Chromium, alone and among ${crowd} viewers by script, of which half are stalled`,
    [
      "source",
      "fps in Chromium, alone",
      "among 100",
      "fps of the others",
      "app process, % of a core, alone",
      "with 100",
      "for each viewer",
      "memory for each viewer",
    ],
    rows,
  );
}

interface Load {
  readonly fps: number;
  /** Of the app process, in percent of a core. */
  readonly cpu: number;
  /** Resident memory of the app process in bytes. */
  readonly memory: number;
}

async function measure({ page, pid }: WatchedDemo, seconds: number): Promise<Load> {
  const before = usageOf(pid);
  const fps = await shownPerSecond(page, seconds);
  const after = usageOf(pid);
  return { fps, cpu: ((after.cpu - before.cpu) / seconds) * 100, memory: after.memory };
}

function shownPerSecond(page: Page, seconds: number): Promise<number> {
  return page.evaluate(async (seconds) => {
    let shown = 0;
    const view = document.querySelector<BroadcastView>("broadcast-view");
    view?.addEventListener("frame", () => {
      shown++;
    });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return shown / seconds;
  }, seconds);
}

/** Reads the CPU time in seconds and the resident memory in bytes of a process, on Linux. */
function usageOf(pid: number): { readonly cpu: number; readonly memory: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  // The times are in ticks of 10 ms.
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, memory: Number(memory) * 1024 };
}
