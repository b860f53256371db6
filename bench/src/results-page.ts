import { cpus } from "node:os";
import type { Part } from "./part.ts";

const intro = `# Results

Written by \`npm run bench\`; \`npm run bench -- --part NAME\` updates one part. Figures vary between runs and machines; compare the ratios within one run.`;

/** Describes this machine. */
export function renderMachine(): string {
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${process.platform}, Node ${process.versions.node}`;
}

/** Renders the section of a part, with the date and the machine. */
export function renderSection({ name, title }: Part, paragraphs: readonly string[]): string {
  const date = new Date().toISOString().slice(0, 10);
  const origin = `\`npm run bench -- --part ${name}\` on ${date}. ${renderMachine()}.`;
  return [`## ${title}`, origin, ...paragraphs].join("\n\n");
}

/** Renders the page with these sections in the order of the parts. Sections of other parts are kept from `before`. */
export function renderPage(
  parts: readonly Part[],
  sections: ReadonlyMap<Part, string>,
  before: string,
): string {
  const kept = before.split(/^(?=## )/m);
  const body = parts.flatMap((part) => {
    const section =
      sections.get(part) ?? kept.find((text) => text.split("\n", 1)[0] === `## ${part.title}`)?.trimEnd();
    return section === undefined ? [] : [section];
  });
  return `${[intro, ...body].join("\n\n")}\n`;
}
