import ts from "typescript";
import { absolute } from "./documents.ts";
import type { Snippet } from "./snippets.ts";

/** The types of Electron, which is not installed. */
const electronTypes = absolute("examples/test/support/electron.d.ts");

/** Virtual file of a snippet, in the folder of the file that it repeats, so that its relative imports resolve. */
interface VirtualFile {
  readonly snippet: Snippet;
  readonly text: string;
}

/**
 * Compiles snippets as strict TypeScript, and those in JavaScript also as checked JavaScript. Returns the errors with the
 * documents' lines.
 */
export function compileSnippets(snippets: readonly Snippet[]): string[] {
  const files = new Map<string, VirtualFile>();
  for (const [index, snippet] of snippets.entries()) {
    const folder = snippet.folder ?? absolute("tests");
    const name = `${folder}/snippet-${index}`;
    // In TypeScript, the types in comments have no effect.
    if (!/@(param|type) \{/.test(snippet.code))
      files.set(`${name}.ts`, { snippet, text: textOf(snippet, true) });
    if (snippet.language === "js") files.set(`${name}.mjs`, { snippet, text: textOf(snippet, false) });
  }
  const names = [...files.keys()];
  const isForBrowser = (name: string) => files.get(name)?.snippet.isForBrowser === true;
  const options = compilerOptions();
  const host = hostOf(files, options);
  // The types of a browser would apply to all files of a program.
  const browser = names.filter(isForBrowser);
  const node = [...names.filter((name) => !isForBrowser(name)), electronTypes];
  const programs = [
    ts.createProgram(node, options, host),
    ts.createProgram(browser, { ...options, lib: [...(options.lib ?? []), "lib.dom.d.ts"] }, host),
  ];
  return programs
    .flatMap((program) => ts.getPreEmitDiagnostics(program))
    .map((diagnostic) => describe(diagnostic, files));
}

/** Returns a snippet with its imports and the declarations of the names that it is given, all on the first line. */
function textOf({ code, imports, given }: Snippet, isTypeScript: boolean): string {
  const declarations = Object.entries(given).map(([name, type]) =>
    isTypeScript
      ? `declare const ${name}: ${type};`
      : `const ${name} = /** @type {${type}} */ (/** @type {unknown} */ (undefined));`,
  );
  // `export {}` makes a module of a snippet without imports.
  return `${[...imports, ...declarations, "export {};"].join(" ")}\n${code}`;
}

/** Returns the options of tsconfig.base.json, with type checks for JavaScript too. */
function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(absolute("tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, "");
  return { ...options, allowJs: true, checkJs: true, declaration: false, isolatedDeclarations: false };
}

function hostOf(files: ReadonlyMap<string, VirtualFile>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  /** Files on disk, which both programs share. */
  const parsed = new Map<string, ts.SourceFile | undefined>();
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const virtual = files.get(name);
    if (virtual) return ts.createSourceFile(name, virtual.text, languageVersion);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, languageVersion, ...rest));
    return parsed.get(name);
  };
  return host;
}

/** Returns a diagnostic with the line of the document. */
function describe(
  { file, start = 0, messageText, code }: ts.Diagnostic,
  files: ReadonlyMap<string, VirtualFile>,
): string {
  const message = `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  if (!file) return message;
  const { line } = file.getLineAndCharacterOfPosition(start);
  const snippet = files.get(file.fileName)?.snippet;
  if (!snippet) return `${file.fileName}:${line + 1}: ${message}`;
  const as = file.fileName.endsWith(".ts") ? "TypeScript" : "JavaScript";
  // The first line of the file holds the declarations, and stands for the opening fence.
  return `${snippet.document}:${snippet.line + line} as ${as}: ${message}`;
}
