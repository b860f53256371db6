// Tests each package as a user installs it: packs the package, installs the tarball and those of its workspace
// dependencies into an empty folder, and runs the first example of the package's README there. Other packages that the
// example imports are installed as well, in the version of the package's devDependencies. At last, the programs of
// examples/live-page are watched and used in the same way.
import { execFile } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { npm, packPackages, readManifests, root } from "./pack-packages.mjs";

const run = promisify(execFile);
const manifests = await readManifests();

/** Returns the package and its direct and indirect workspace dependencies. */
function withDependencies(name, found = new Set([name])) {
  for (const dependency of Object.keys(manifests.get(name).dependencies ?? {})) {
    if (!manifests.has(dependency) || found.has(dependency)) continue;
    found.add(dependency);
    withDependencies(dependency, found);
  }
  return found;
}

/** Returns what to install for an example: tarballs, and other packages with their versions. */
function installed(name, example, tarballs) {
  const imports = [...example.matchAll(/^import .*from "((?:@[^/"]+\/)?[^/"]+)/gm)].map(
    ([, imported]) => imported,
  );
  const ours = new Set([name, ...imports.filter((imported) => manifests.has(imported))]);
  const needed = new Set([...ours].flatMap((our) => [...withDependencies(our)]));
  const others = imports.filter((imported) => !imported.startsWith("node:") && !manifests.has(imported));
  const versions = others.map((other) => `${other}@${manifests.get(name).devDependencies[other]}`);
  return [...[...needed].map((our) => tarballs.get(our)), ...versions];
}

/**
 * Returns the program that the example needs and that is not installed; `undefined` if nothing is missing. In CI, the
 * example fails instead.
 */
async function missingProgram(example) {
  if (process.env.CI) return undefined;
  const browser = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (example.includes("process.env.CHROMIUM") && !(await exists(browser))) return "Chromium (set CHROMIUM)";
  if (!example.includes("@broadcast-ipc/recorder")) return undefined;
  const found = await Promise.all(
    process.env.PATH.split(delimiter).map((one) => exists(join(one, "ffmpeg"))),
  );
  return found.includes(true) ? undefined : "ffmpeg";
}

function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Runs the test of the live-page example, with its programs in an empty folder in which the tarballs are installed. */
async function tryLivePage(home, tarballs) {
  await cp(join(root, "examples/live-page"), home, { recursive: true });
  await writeFile(join(home, "package.json"), '{ "private": true, "type": "module" }');
  const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const { devDependencies: browsers } = manifests.get("@broadcast-ipc/page-capture");
  const all = { ...devDependencies, ...browsers };
  const others = ["express", "fastify", "hono", "@hono/node-server", "playwright-core", "puppeteer-core"];
  const versions = others.map((name) => `${name}@${all[name]}`);
  await npm(home, "install", "--no-audit", "--no-fund", ...tarballs, ...versions);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { stdout } = await run(
    process.execPath,
    [vitest, "run", "--config=vitest.e2e.config.ts", "live-page"],
    {
      cwd: root,
      env: { ...process.env, LIVE_PAGE_FOLDER: home },
    },
  );
  console.log(
    `examples/live-page: its programs run with the tarballs\n${stdout.trimEnd().replace(/^/gm, "    ")}`,
  );
}

const work = await mkdtemp(join(tmpdir(), "try-packages-"));
try {
  const tarballs = await packPackages(manifests, work);
  for (const [name, { folder }] of manifests) {
    const readme = await readFile(join(folder, "README.md"), "utf8");
    const example = /```js\n(.*?)```/s.exec(readme)?.[1];
    if (!example) throw new Error(`${name}: its README has no js example`);
    const missing = await missingProgram(example);
    if (missing) {
      console.warn(`${name}: SKIPPED its README example, because it is not installed: ${missing}`);
      continue;
    }
    const home = join(work, "home", name);
    await mkdir(home, { recursive: true });
    await writeFile(join(home, "package.json"), '{ "private": true, "type": "module" }');
    await writeFile(join(home, "example.mjs"), example);
    await npm(home, "install", "--no-audit", "--no-fund", ...installed(name, example, tarballs));
    if (await exists(join(home, "node_modules/sharp")))
      throw new Error(`${name}: sharp was installed, although it is optional`);
    const { stdout } = await run(process.execPath, ["example.mjs"], { cwd: home, timeout: 60_000 });
    console.log(`${name}: its README example runs\n${stdout.trimEnd().replace(/^/gm, "    ")}`);
  }
  await tryLivePage(join(work, "live-page"), [...tarballs.values()]);
} finally {
  await rm(work, { recursive: true, force: true });
}
