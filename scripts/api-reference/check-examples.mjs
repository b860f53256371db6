// Compiles the code of every @example in the doc comments of packages/*/src, as strict TypeScript. Names that a package
// exports are imported. Other undeclared names, such as `capture` and `receiver`, are those of the folder context.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url)).replaceAll("\\", "/");
const here = `${root}scripts/api-reference/`;
const folders = readdirSync(`${root}packages`);

/** The exported names of each module that examples may import from. */
const modules = new Map(
  [
    ...readdirSync(`${here}context`).map((file) => [
      `./context/${file.replace(".d.ts", ".ts")}`,
      `${here}context/${file}`,
    ]),
    ...folders.map((folder) => [`@broadcast-ipc/${folder}`, `${root}packages/${folder}/src/index.ts`]),
  ].map(([name, file]) => [name, exportedNames(readFileSync(file, "utf8"))]),
);

const files = folders.flatMap((folder) =>
  readdirSync(`${root}packages/${folder}/src`, { recursive: true })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `packages/${folder}/src/${file.replaceAll("\\", "/")}`),
);
const examples = files.flatMap(examplesOf);
const sources = new Map(examples.map((example, index) => [`${here}example-${index}.ts`, example]));

const { config } = ts.readConfigFile(`${here}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, here);
const host = ts.createCompilerHost(options);
const { fileExists, readFile } = host;
host.fileExists = (path) => sources.has(path) || fileExists(path);
host.readFile = (path) => (sources.has(path) ? programOf(sources.get(path)) : readFile(path));
const { getSourceFile } = host;
host.getSourceFile = (path, ...rest) =>
  sources.has(path)
    ? ts.createSourceFile(path, programOf(sources.get(path)), rest[0], true)
    : getSourceFile(path, ...rest);
const program = ts.createProgram({
  rootNames: [...sources.keys()],
  options: { ...options, isolatedDeclarations: false, declaration: false, verbatimModuleSyntax: false },
  host,
});

let faults = 0;
for (const [path, { file, line }] of sources) {
  const source = program.getSourceFile(path);
  for (const fault of [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ]) {
    faults++;
    // The first line of the program has the imports.
    const at = line - 1 + ts.getLineAndCharacterOfPosition(source, fault.start ?? 0).line;
    console.error(`${file}:${at}: ${ts.flattenDiagnosticMessageText(fault.messageText, "\n  ")}`);
  }
}
console.log(`${examples.length} examples in doc comments, ${faults} errors`);
if (faults > 0) process.exitCode = 1;

/** Returns the names that an index.ts re-exports or a file of the folder context declares. */
function exportedNames(text) {
  const declared = [...text.matchAll(/^export declare (?:const|function) (\w+)/gm)];
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)];
  const listed = lists.flatMap(([, list]) => list.split(",").map((item) => item.trim().split(" ").at(-1)));
  return [...declared.map(([, name]) => name), ...listed.filter(Boolean)];
}

/** Returns the examples in the doc comments of a file, with the line of the first line of their code. */
function examplesOf(file) {
  const text = readFileSync(`${root}${file}`, "utf8");
  return [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap((comment) => {
    const lines = comment[0]
      .split("\n")
      .map((line) => line.replace(/^\s*\*\/?( |$)/, "").replace(/\s*\*\/$/, ""));
    const first = text.slice(0, comment.index).split("\n").length;
    return lines.flatMap((line, index) => {
      if (!line.startsWith("@example")) return [];
      let start = index + 1;
      const rest = lines.slice(start);
      const length = rest.findIndex((one) => /^@\w/.test(one));
      let code = length < 0 ? rest : rest.slice(0, length);
      if (code[0]?.startsWith("```html")) return [];
      if (code[0]?.startsWith("```")) {
        start++;
        code = code.slice(1, code.indexOf("```", 1));
      }
      return [{ file, line: first + start, code: code.join("\n") }];
    });
  });
}

/** Returns the program of an example: imports on the first line, then the code. */
function programOf({ file, code }) {
  const folder = file.split("/")[1];
  const own = [`@broadcast-ipc/${folder}`, `./context/${folder}.ts`, "./context/common.ts"];
  const others = folders.map((other) => `@broadcast-ipc/${other}`);
  const declared = [...code.matchAll(/\b(?:const|let|using|function) (?:(\w+)|\{([^}]*)\})/g)];
  const taken = new Set(declared.flatMap(([, name, names]) => name ?? names.split(/\W+/)));
  const imports = [...own, ...others].map((name) => {
    const used = (modules.get(name) ?? []).filter(
      (word) => !taken.has(word) && new RegExp(`(?<!\\w|(?<!\\.)\\.)${word}\\b`).test(code),
    );
    for (const word of used) taken.add(word);
    return used.length > 0 ? `import { ${used.join(", ")} } from "${name}"; ` : "";
  });
  return `${imports.join("")}export {};\n${code}\n`;
}
