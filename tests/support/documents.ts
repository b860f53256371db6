import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** URL of the repository's folder. */
export const root: URL = new URL("../../", import.meta.url);

/** A fenced code block of a Markdown document. */
export interface CodeBlock {
  /** Path of the document, from the repository's folder. */
  readonly document: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** URL of the file that the line above the block ends with, as in ``[`show.mjs`](two-processes/show.mjs):``. */
  readonly file: string | undefined;
}

/** A link of a Markdown document. */
interface Link {
  readonly line: number;
  readonly target: string;
}

/** A Markdown document of the repository. */
export interface MarkdownDocument {
  /** Path from the repository's folder. */
  readonly path: string;
  readonly blocks: readonly CodeBlock[];
  readonly links: readonly Link[];
  /** Targets of links within the document, without `#`. */
  readonly anchors: ReadonlySet<string>;
}

const skipped = new Set(["node_modules", "dist", "coverage"]);

/** Reads all Markdown documents of the repository. Skips what is installed or built, and hidden folders except `.changeset` and `.github`. */
export async function readDocuments(folder = ""): Promise<MarkdownDocument[]> {
  const entries = await readdir(new URL(folder, root), { withFileTypes: true });
  const documents = entries.map(async (entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isFile())
      return path.endsWith(".md") ? [parse(path, await readFile(new URL(path, root), "utf8"))] : [];
    const isHidden = entry.name.startsWith(".") && ![".changeset", ".github"].includes(entry.name);
    return entry.isDirectory() && !isHidden && !skipped.has(entry.name) ? readDocuments(`${path}/`) : [];
  });
  return (await Promise.all(documents)).flat();
}

/** Splits a document into code blocks, and links and headings outside of them. */
function parse(path: string, text: string): MarkdownDocument {
  const blocks: CodeBlock[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const [, indent = "", fence, language = ""] = /^( *)(```+|~~~+)(\S*)/.exec(line) ?? [];
    if (fence) {
      const start = index;
      while (++index < lines.length && lines[index]?.trim() !== fence);
      const content = lines.slice(start + 1, index).map((text) => text.replace(indent, ""));
      const code = content.map((text) => `${text}\n`).join("");
      blocks.push({ document: path, line: start + 1, language, code, file: fileAbove(path, lines, start) });
      continue;
    }
    const [, heading] = /^#{1,6} (.+)$/.exec(line) ?? [];
    if (heading) anchors.add(anchorOf(heading, anchors));
    for (const [, id = ""] of line.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
    for (const target of targetsIn(line)) links.push({ line: index + 1, target });
  }
  return { path, blocks, links, anchors };
}

/** Returns the file that the line above a code block links to, if the line ends with the link and a colon. */
function fileAbove(path: string, lines: readonly string[], fence: number): string | undefined {
  const [, target] = /\]\(([^)#]+\.\w+)\):$/.exec(lines[fence - 2] ?? "") ?? [];
  return target && !lines[fence - 1] ? new URL(target, new URL(path, root)).href : undefined;
}

/** Returns the targets of a line's links and images. Text in backticks has no links. */
function targetsIn(line: string): string[] {
  const text = line.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, "code");
  return [
    ...text.matchAll(/\]\(<?([^)>\s]*)>?(?: "[^"]*")?\)/g),
    ...text.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/g),
    ...text.matchAll(/<(https?:[^>\s]+)>/g),
    ...text.matchAll(/<(?:a|img)\s[^>]*(?:href|src)="([^"]*)"/g),
  ].map(([, target = ""]) => target);
}

/** Returns the anchor that GitHub gives a heading. A repeated heading gets a number. */
function anchorOf(heading: string, anchors: ReadonlySet<string>): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  const anchor = text.replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, "").replaceAll(" ", "-");
  if (!anchors.has(anchor)) return anchor;
  let number = 1;
  while (anchors.has(`${anchor}-${number}`)) number++;
  return `${anchor}-${number}`;
}

/** Absolute path of a file of the repository. */
export function absolute(path: string): string {
  return join(fileURLToPath(root), path);
}
