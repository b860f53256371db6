import { stat } from "node:fs/promises";
import { type MarkdownDocument, root } from "./documents.ts";

/** Describes each link of the documents whose file or anchor does not exist, or whose URL is malformed. Does not use the network. */
export async function findBrokenLinks(documents: readonly MarkdownDocument[]): Promise<string[]> {
  const byPath = new Map(documents.map((document) => [document.path, document]));
  const found: string[] = [];
  for (const { path, links } of documents) {
    for (const { line, target } of links) {
      const problem = /^[a-z][a-z+.-]*:/i.test(target)
        ? problemOfUrl(target)
        : await problemOfPath(target, path, byPath);
      if (problem) found.push(`${path}:${line}: ${target}: ${problem}`);
    }
  }
  return found;
}

function problemOfUrl(target: string): string | undefined {
  if (!URL.canParse(target)) return "not a URL";
  const { protocol, hostname } = new URL(target);
  const isLocal = ["127.0.0.1", "localhost"].includes(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isLocal)) return "not an https URL";
  return isLocal || /\.[a-z]{2,}$/.test(hostname) ? undefined : "has no host with a domain";
}

async function problemOfPath(
  target: string,
  from: string,
  documents: ReadonlyMap<string, MarkdownDocument>,
): Promise<string | undefined> {
  const url = new URL(target, new URL(from, root));
  const anchor = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  if (!url.href.startsWith(root.href)) return "outside of the repository";
  const stats = await stat(url).catch(() => undefined);
  if (!stats) return "no such file";
  if (!anchor) return undefined;
  // GitHub shows the README of a folder.
  const path = decodeURIComponent(url.href.slice(root.href.length));
  const document = documents.get(stats.isDirectory() ? `${path.replace(/\/$/, "")}/README.md` : path);
  return document?.anchors.has(anchor) ? undefined : "no such heading";
}
