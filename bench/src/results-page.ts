import { cpus } from "node:os";
import type { Part } from "./part.ts";

const intro = `# Results

Written by \`npm run bench\`; \`npm run bench -- --part NAME\` renews one part. Figures drift from run to run and from machine to machine; ratios within one run hold.`;

/** The machine that this runs on. */
export function renderMachine(): string {
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${process.platform}, Node ${process.versions.node}`;
}

/** A part's section of the page, with the day and the machine that it is from. */
export function renderSection({ name, title }: Part, paragraphs: readonly string[]): string {
  const date = new Date().toISOString().slice(0, 10);
  const origin = `\`npm run bench -- --part ${name}\` on ${date}. ${renderMachine()}.`;
  return [`## ${title}`, origin, ...paragraphs].join("\n\n");
}

/** The page with these sections, in the order of the parts; of the others it keeps what the page before has. */
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
