// Compiles a program that uses every package, as a user does: against the packed packages in an empty folder, with each
// supported version of TypeScript and each moduleResolution that reads `exports`, strict, and with the declarations of
// all packages checked (skipLibCheck false). Usage: node scripts/try-typescript.mjs [VERSION…]
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { npm, packPackages, readManifests, root } from "./pack-packages.mjs";

const run = promisify(execFile);
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["5.6", "5.7", "5.8", "5.9", "6", "7"];
const modules = { node16: "node16", nodenext: "nodenext", bundler: "esnext" };

/** Programs with the libraries and types that they need. */
const programs = [
  { file: "program.ts", lib: ["ES2022"], types: ["node"] },
  { file: "page.ts", lib: ["ES2022", "DOM", "DOM.Iterable"], types: [] },
];

const home = await mkdtemp(join(tmpdir(), "try-typescript-"));
try {
  const manifests = await readManifests();
  const tarballs = await packPackages(manifests, home);
  const { devDependencies: own } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const { devDependencies: peers } = manifests.get("@broadcast-ipc/livekit-publisher");
  const others = [
    `@types/node@${own["@types/node"]}`,
    `@livekit/rtc-node@${peers["@livekit/rtc-node"]}`,
    "valibot@^1.5.0",
    ...versions.map((version) => `typescript-${version}@npm:typescript@${version}`),
  ];
  await writeFile(join(home, "package.json"), '{ "private": true, "type": "module" }');
  await npm(home, "install", "--no-audit", "--no-fund", "--ignore-scripts", ...tarballs.values(), ...others);

  const jobs = programs.flatMap((program) =>
    versions.flatMap((version) =>
      Object.keys(modules).map((resolution) => ({ program, version, resolution })),
    ),
  );
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const outcome = process.exitCode ? "failed, see above" : "compiled";
  console.log(`TypeScript ${versions.join(", ")} with ${Object.keys(modules).join(", ")}: ${outcome}`);

  async function work() {
    for (let job = jobs.shift(); job; job = jobs.shift()) await compile(job);
  }
} finally {
  await rm(home, { recursive: true, force: true });
}

/** Compiles one program. Prints the errors and sets the exit code if there are any. */
async function compile({ program: { file, lib, types }, version, resolution }) {
  const folder = join(home, `${file}-${version}-${resolution}`);
  await mkdir(folder);
  await cp(join(root, "scripts/consumer", file), join(folder, file));
  const compilerOptions = {
    ...{ lib, types, module: modules[resolution], moduleResolution: resolution, target: "ES2022" },
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  try {
    await run(
      process.execPath,
      [join(home, "node_modules", `typescript-${version}`, "bin/tsc"), "-p", folder],
      {
        cwd: home,
      },
    );
  } catch (error) {
    process.exitCode = 1;
    console.error(
      `${file} with TypeScript ${version}, moduleResolution ${resolution}:\n${error.stdout || error}`,
    );
  }
}
