// Packs all packages, as `npm publish` would.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs npm in a folder. Rejects if npm fails. */
export function npm(folder, ...args) {
  // On Windows npm is a script of the shell.
  return run("npm", args, { cwd: folder, shell: process.platform === "win32" });
}

/** Returns the package.json of each package, with its `folder`, by name. */
export async function readManifests() {
  const manifests = new Map();
  for (const name of await readdir(join(root, "packages"))) {
    const folder = join(root, "packages", name);
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    manifests.set(manifest.name, { ...manifest, folder });
  }
  return manifests;
}

/** Packs the packages into a folder. Returns the path of each tarball by the name of its package. */
export async function packPackages(manifests, destination) {
  const tarballs = new Map();
  for (const [name, { folder }] of manifests) {
    const { stdout } = await npm(folder, "pack", "--json", "--pack-destination", destination);
    const packed = JSON.parse(stdout);
    tarballs.set(name, join(destination, (packed[0] ?? packed[name]).filename));
  }
  return tarballs;
}
