import { setTimeout as delay } from "node:timers/promises";
import { browserAlone, clickToChange } from "./demo/click-to-change.ts";
import { type Recovery, recover } from "./demo/recover.ts";
import { WatchedDemo } from "./demo/watched-demo.ts";
import { reasonOf } from "./failure.ts";
import { fixed, table } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import { median, percentile } from "./statistics.ts";
import { measureViewers } from "./viewers/measure-viewers.ts";

const kills = 5;
const clicks = 60;

const explanation = `The built demo, watched by a headless Chromium. All processes, including both browsers, run on this machine's two cores.
*Interrupted* is when the page reports that frames have stopped; *live* is when it shows the first frame of the new capture process.`;

/** Measures the demo from the perspective of a viewer in a browser. */
export async function runDemo({ seconds = 60, isChosen }: BenchOptions): Promise<readonly string[]> {
  const sections: string[] = [explanation];
  const measurements = {
    kill: measureKills,
    "pass-through": () => measurePassThrough(seconds),
    "click-to-change": measureClicks,
    viewers: () => measureViewers(Math.min(seconds, 15)),
  };
  for (const [name, measure] of Object.entries(measurements)) {
    if (!isChosen(name)) continue;
    try {
      sections.push(await measure());
    } catch (error) {
      console.error(`${name} failed: ${reasonOf(error)}`);
      sections.push(`${name} was not measured: ${reasonOf(error)}.`);
    }
  }
  return sections;
}

async function measureKills(): Promise<string> {
  const rows: string[][] = [];
  for (const source of ["synthetic", "page"]) {
    await using demo = await WatchedDemo.start("--source", source);
    const recoveries: Recovery[] = [];
    for (let kill = 0; kill < kills; kill++) {
      await delay(1000);
      recoveries.push(await recover(demo.page));
    }
    const [interrupted, live] = [
      recoveries.map(({ interrupted }) => interrupted),
      recoveries.map(({ live }) => live),
    ];
    console.error(
      `${source}: interrupted after ${fixed(median(interrupted))} ms, live after ${fixed(median(live))} ms`,
    );
    const figures = [interrupted, live].flatMap((values) => [
      fixed(median(values)),
      fixed(Math.max(...values)),
    ]);
    rows.push([source, ...figures]);
  }
  return table(
    `Killing the capture process, ${kills} times for each source`,
    ["source", "ms to interrupted, p50", "max", "ms to live, p50", "max"],
    rows,
  );
}

async function measurePassThrough(seconds: number): Promise<string> {
  await using demo = await WatchedDemo.start("--source", "page");
  await delay(seconds * 1000);
  const { size, frames, seconds: lasted, processes, cpuShare } = await demo.end();
  const percent = (share: number | null | undefined) => fixed((share ?? Number.NaN) * 100);
  return table(
    "A page captured in a browser, its JPEG passed unchanged to one viewer",
    ["size", "frames per second", "app process, % of a core", "capture process, % of a core", "both"],
    [
      [
        `${size?.width}x${size?.height}`,
        fixed(frames.received / lasted),
        percent(processes.app.cpuShare),
        percent(processes.capture?.cpuShare),
        percent(cpuShare),
      ],
    ],
  );
}

async function measureClicks(): Promise<string> {
  const rows = [
    ["a viewer's click, until the viewer's browser shows the change", await clickToChange(clicks)],
    ["Chromium alone: input over CDP, until its screencast has the change", await browserAlone(clicks)],
  ] as const;
  for (const [name, times] of rows) console.error(`${name}: p50 ${fixed(median(times))} ms`);
  return table(
    `From a click to the changed picture, ${clicks} clicks`,
    ["path", "p50, ms", "p95, ms", "max, ms"],
    rows.map(([name, times]) => [
      name,
      fixed(median(times)),
      fixed(percentile(times, 95)),
      fixed(Math.max(...times)),
    ]),
  );
}
