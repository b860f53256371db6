import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestProject } from "vitest/node";
import { findBrowser } from "../../apps/demo/src/browser/find-browser.ts";

interface Need {
  /** What the tests cover. */
  readonly tests: string;
  /** The vitest projects that the tests belong to, without "-e2e". */
  readonly projects: readonly string[];
  /** Programs that the tests need. A program must be on PATH, or pass its check in `isInstalled` if there is one. */
  readonly programs: readonly string[];
}

const browser = "Chromium, Chrome or Edge";
const python = "python3 with msgpack (Debian: python3-msgpack)";
const isInstalled: Readonly<Record<string, () => boolean>> = { [browser]: hasBrowser, [python]: hasPython };

const needs: readonly Need[] = [
  {
    tests: "pages in a browser",
    projects: ["demo", "examples", "live-view", "livekit", "page-capture", "together"],
    programs: [browser],
  },
  {
    tests: "recordings and video files",
    projects: ["demo", "examples", "livekit", "recorder", "together"],
    programs: ["ffmpeg", "ffprobe"],
  },
  {
    tests: "screen capture",
    projects: ["demo"],
    programs: ["ffmpeg", "Xvfb", "xsetroot", "xlogo", "glxgears", "import"],
  },
  { tests: "JPEG files and other programs", projects: ["image-codec"], programs: ["cjpeg", "djpeg"] },
  { tests: "examples in Python", projects: ["examples"], programs: [python] },
];

/** Prints which tests will be skipped, and why. Vitest calls this function once, before the first test. */
export function setup({ vitest }: TestProject): void {
  // In CI no test is skipped: a test fails if its program is missing.
  if (process.env.CI) return;
  const running = new Set(vitest.projects.map(({ name }) => name.replace(/-e2e$/, "")));
  const announce = (what: string, why: string) => console.warn(`Skipping: ${what} (${why})`);
  for (const { tests, projects, programs } of needs) {
    if (!projects.some((project) => running.has(project))) continue;
    const missing = programs.filter((program) => !(isInstalled[program]?.() ?? isOnPath(program)));
    if (missing.length > 0) announce(tests, `not installed: ${missing.join(", ")}`);
  }
  if (process.platform !== "linux") announce("the clock id, and open descriptors", "Linux only");
  if (vitest.projects.some(({ name }) => name === "demo"))
    announce("broadcasts in a browser and in real time", "run them with npm run test:e2e");
}

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch {
    return false;
  }
}

function hasPython(): boolean {
  const commands = [process.env.PYTHON, "/usr/bin/python3", "python3"];
  return commands.some((command) => command && spawnSync(command, ["-c", "import msgpack"]).status === 0);
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
