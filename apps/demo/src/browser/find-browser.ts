import { posix, win32 } from "node:path";
import { isProgram } from "../is-program.ts";

/** Properties of a machine that {@link findBrowser} uses. */
interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  isProgram(file: string): boolean;
}

const thisMachine: Machine = { platform: process.platform, env: process.env, isProgram };

/** The environment variable that names the browser to use. */
const browserVariable = "BROWSER_PATH";

/**
 * Finds the executable of an installed Chromium, Chrome or Edge: `BROWSER_PATH` if set, else a browser on PATH or in a
 * default folder. Throws a user-facing Error if no browser is found.
 */
export function findBrowser(machine: Machine = thisMachine): string {
  const { platform, env } = machine;
  const named = env[browserVariable];
  if (named) {
    if (machine.isProgram(named)) return named;
    throw new Error(`${browserVariable} must be the path of a browser, got ${named}, which is not a program`);
  }
  const places = [...onPath(platform, env), ...usualPlaces(platform, env)];
  const found = places.find((file) => machine.isProgram(file));
  if (found) return found;
  throw new Error(
    `Chromium, Chrome and Edge were not found (set ${browserVariable} if one is installed elsewhere)`,
  );
}

function onPath(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  const path = platform === "win32" ? win32 : posix;
  const directories = (env.PATH ?? env.Path ?? "").split(path.delimiter).filter(Boolean);
  return programNames(platform).flatMap((name) => directories.map((directory) => path.join(directory, name)));
}

function programNames(platform: NodeJS.Platform): string[] {
  if (platform === "win32") return ["chrome.exe", "msedge.exe"];
  return [
    ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    ...["microsoft-edge", "microsoft-edge-stable"],
  ];
}

function usualPlaces(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  switch (platform) {
    case "darwin":
      return ["Google Chrome", "Chromium", "Microsoft Edge"].flatMap((name) =>
        ["/Applications", `${env.HOME}/Applications`].map(
          (folder) => `${folder}/${name}.app/Contents/MacOS/${name}`,
        ),
      );
    case "win32":
      return [
        ["Google", "Chrome", "Application", "chrome.exe"],
        ["Chromium", "Application", "chrome.exe"],
        ["Microsoft", "Edge", "Application", "msedge.exe"],
      ].flatMap((parts) =>
        [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA]
          .filter((folder) => folder !== undefined)
          .map((folder) => win32.join(folder, ...parts)),
      );
    default:
      return [
        ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium", "/usr/bin/google-chrome"],
        ...["/opt/google/chrome/chrome", "/usr/bin/microsoft-edge", "/opt/microsoft/msedge/msedge"],
      ];
  }
}
