import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, onTestFinished, test } from "vitest";

const root = new URL("../../", import.meta.url);
const packages = await readdir(new URL("packages/", root));
const readmes = ["README.md", "examples/README.md", ...packages.map((name) => `packages/${name}/README.md`)];

interface Program {
  readonly readme: string;
  /** The number of the code block in the README, from 1. */
  readonly number: number;
  readonly language: string;
  readonly code: string;
  /** Path of a virtual file, without its extension, in a folder from which the program's imports resolve. */
  readonly file: string;
}

/**
 * Returns the code blocks of a README that contain imports; blocks without imports are fragments. A link above a block
 * names the file of the program.
 */
async function programsIn(readme: string): Promise<Program[]> {
  const text = await readFile(new URL(readme, root), "utf8");
  const blocks = text.matchAll(/(?:\]\(([^)]+)\):\n\n)?^```(js|ts)\n(.*?)^```/gms);
  return [...blocks]
    .map(([, link, language = "", code = ""], index) => {
      const folder = link ? new URL(link, new URL(readme, root)) : import.meta.url;
      const number = index + 1;
      const file = fileURLToPath(new URL(`${readme.replaceAll("/", "+")}-${number}`, folder));
      return { readme, number, language, code, file };
    })
    .filter(({ code }) => /^import /m.test(code));
}

const programs = (await Promise.all(readmes.map(programsIn))).flat();
/** The types of Electron, which is not installed. */
const electronTypes = fileURLToPath(new URL("support/electron.d.ts", import.meta.url));
/** Programs that use the element run in a browser. */
const isForBrowser = ({ code }: Program) => code.includes('"@broadcast-ipc/live-view/element"');

/** Code to compile, by file path. JavaScript is also compiled as TypeScript, except if its types are in comments. */
const files = new Map<string, string>();
for (const program of programs) {
  const { language, code, file } = program;
  const types = isForBrowser(program) ? '/// <reference lib="dom" />\n' : "";
  // In TypeScript, the types in comments have no effect.
  if (!/@(param|type) \{/.test(code)) files.set(`${file}.ts`, types + code);
  if (language === "js") files.set(`${file}.mjs`, code);
}

/** Returns the options of tsconfig.base.json, with type checks for JavaScript too. */
function compilerOptions(): ts.CompilerOptions {
  const file = fileURLToPath(new URL("tsconfig.base.json", root));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    "",
  );
  return { ...options, allowJs: true, checkJs: true, declaration: false, isolatedDeclarations: false };
}

/** Compiles files in one run, and returns the diagnostics. */
function compile(names: readonly string[]): string[] {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const code = files.get(name);
    if (code === undefined) return getSourceFile(name, languageVersion, ...rest);
    return ts.createSourceFile(name, code, languageVersion);
  };
  const program = ts.createProgram([...names, electronTypes], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => ts.formatDiagnostic(diagnostic, host));
}

test("compiles every README program as strict TypeScript, and those in JavaScript also as checked JavaScript", () => {
  expect(files.size).toBeGreaterThan(30);
  const names = [...files.keys()];
  // A reference to the types of a browser applies to all files of a run.
  const browser = names.filter((name) => files.get(name)?.startsWith("/// <reference"));
  expect(browser).not.toEqual([]);
  expect(compile(names.filter((name) => !browser.includes(name)))).toEqual([]);
  expect(compile(browser)).toEqual([]);
});

/** Runs a program until it exits and returns its output. */
async function run({ language, code }: Program): Promise<string> {
  // The folder is inside node_modules, where the imports of the packages resolve.
  const folder = await mkdtemp(fileURLToPath(new URL("node_modules/.readme-", root)));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "program.mjs");
  await writeFile(file, language === "ts" ? compiled(code) : code);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: 30_000 });
  return stdout;
}

const ofPackages = programs.filter(
  (program) => program.readme.startsWith("packages/") && !isForBrowser(program),
);

test.each(ofPackages)("block $number of $readme prints output and exits with code 0", async (program) => {
  expect(await run(program)).not.toBe("");
});

test("runs a README program that disposes samples with `using`, compiled for Node 20", async () => {
  const [program] = ofPackages.filter(({ code }) => code.includes("for await (using "));
  expect(program && (await run(program)).trimEnd().split("\n").toSorted()).toEqual([
    "640x480 RGBA",
    "80 frames of audio",
    "clicked at 10, 20",
    "the page is called a page",
  ]);
});

/** Compiles TypeScript for Node 20, which does not support `using`. */
function compiled(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}
