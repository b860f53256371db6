import { readdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type CodeBlock, type MarkdownDocument, root } from "./documents.ts";
import { type Fragment, fragments } from "./fragments.ts";

/** A code block in JavaScript or TypeScript. */
export interface Snippet extends CodeBlock {
  /** Folder from which relative imports resolve; `undefined` if the snippet repeats no file. */
  readonly folder: string | undefined;
  /** Imports and types of the names that the snippet uses and does not define. Empty for whole programs. */
  readonly imports: readonly string[];
  readonly given: Readonly<Record<string, string>>;
  /** Why the snippet is not compiled or run; `undefined` if it is. */
  readonly notCompiled: string | undefined;
  readonly notRun: string | undefined;
  readonly isForBrowser: boolean;
}

/** Documents whose snippets are checked. */
const checked = /^(README|docs\/[^/]+|examples\/README|apps\/[^/]+\/README|packages\/[^/]+\/README)\.md$/;

const languages = new Set(["js", "ts", "tsx"]);
/** Other languages of code blocks. Another name of a checked language, such as "javascript", would escape the check. */
const otherLanguages = new Set(["", "sh", "css", "html", "vue", "json", "ini", "dockerfile", "yaml", "text"]);

/** Code of the programs in `examples`, by URL. */
export async function readExamples(): Promise<Map<string, string>> {
  const folder = new URL("examples/", root);
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => /\.[cm]js$/.test(file) && !file.startsWith("test/"),
  );
  const urls = files.map((file) => new URL(file, folder));
  return new Map(
    await Promise.all(urls.map(async (url) => [url.href, await readFile(url, "utf8")] as const)),
  );
}

/** The snippets of the checked documents, and what is wrong with their declarations. */
export interface Findings {
  readonly snippets: readonly Snippet[];
  readonly problems: readonly string[];
}

/** Finds the snippets of the checked documents. */
export function findSnippets(
  documents: readonly MarkdownDocument[],
  examples: ReadonlyMap<string, string>,
): Findings {
  const blocks = documents.filter(({ path }) => checked.test(path)).flatMap((document) => document.blocks);
  const problems: string[] = [];
  const used = new Set<Fragment>();
  const snippets: Snippet[] = [];
  for (const block of blocks) {
    const { document, line, language, code, file } = block;
    const at = `${document}:${line}`;
    if (!languages.has(language)) {
      if (!otherLanguages.has(language)) problems.push(`${at}: unknown language "${language}"`);
      continue;
    }
    const example = exampleOf(block, examples);
    if (example && code !== examples.get(example)) problems.push(`${at}: differs from ${example}`);
    const matching = fragments.filter((one) => one.document === document && code.startsWith(one.begins));
    for (const fragment of matching) used.add(fragment);
    const [fragment] = matching;
    if (matching.length > 1) problems.push(`${at}: several declarations match`);
    const isProgram = /^import /m.test(code);
    if (!isProgram && !fragment && !example) problems.push(`${at}: a fragment without a declaration`);
    const exampleOnly = example ? "it is a file of examples, which the tests of examples run" : undefined;
    snippets.push({
      ...block,
      folder: example ? dirname(fileURLToPath(example)) : file && dirname(fileURLToPath(file)),
      imports: fragment?.imports ?? [],
      given: fragment?.given ?? {},
      notCompiled: fragment?.notCompiled,
      notRun: exampleOnly ?? fragment?.notCompiled ?? fragment?.notRun,
      isForBrowser: fragment?.isForBrowser ?? false,
    });
  }
  for (const fragment of fragments)
    if (!used.has(fragment)) problems.push(`${fragment.document}: no snippet begins "${fragment.begins}"`);
  return { snippets, problems };
}

/** Returns the URL of the example that a code block repeats: it links to the example, or has its first line. */
function exampleOf({ file, code }: CodeBlock, examples: ReadonlyMap<string, string>): string | undefined {
  if (file && examples.has(file)) return file;
  const [first = ""] = code.split("\n");
  if (!first.startsWith("// ")) return undefined;
  return [...examples].find(([, text]) => text.startsWith(`${first}\n`))?.[0];
}
