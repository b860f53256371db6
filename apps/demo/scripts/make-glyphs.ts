// Draws the letters of the synthetic desktop with the machine's own fonts and writes them as data.
// Needed only to change the fonts: `npx tsx scripts/make-glyphs.ts` in apps/demo, on a machine
// with Chromium, Inter and JetBrains Mono (Debian: chromium fonts-inter fonts-jetbrains-mono).

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { deflateRawSync } from "node:zlib";
import { chromium } from "playwright-core";

interface Drawing {
  /** Width of the letter with its sides, in pixels. */
  advance: number;
  /** Opacity 0 to 255 of a square of two em, the pen put down at (em / 2, baseline). */
  alpha: number[];
}

const em = 72;
const side = em * 2;
const baseline = Math.round(em * 1.4);
const letters = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const fonts = { interMedium: "Inter", jetBrainsMonoMedium: "JetBrains Mono" };
const target = new URL("../src/synthetic/glyph-data.ts", import.meta.url);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

if (!existsSync(executablePath)) {
  console.error(`No Chromium at ${executablePath}: install it, or name another one in CHROMIUM.`);
  process.exit(1);
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
});
const page = await browser.newPage();
const exported: string[] = [];

for (const [name, family] of Object.entries(fonts)) {
  // A string, since this part runs in the browser, whose types the rest of the app does without.
  const drawings = await page.evaluate<Drawing[] | null>(`{
    const canvas = new OffscreenCanvas(${side}, ${side});
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.font = "500 ${em}px monospace";
    const fallback = context.measureText("Quick 0123").width;
    context.font = "500 ${em}px '${family}', monospace";
    context.measureText("Quick 0123").width === fallback ? null : ${JSON.stringify(letters)}.map((letter) => {
      context.clearRect(0, 0, ${side}, ${side});
      context.fillText(letter, ${em / 2}, ${baseline});
      const { data } = context.getImageData(0, 0, ${side}, ${side});
      return { advance: context.measureText(letter).width, alpha: [...data].filter((_, at) => at % 4 === 3) };
    });
  }`);
  if (drawings === null) {
    console.error(`The font "${family}" is not installed (Debian: fonts-inter fonts-jetbrains-mono).`);
    await browser.close();
    process.exit(1);
  }
  const data = pack(drawings);
  exported.push(`/** ${family} Medium. */\nexport const ${name} =\n  "${data}";\n`);
  console.log(`${family}: ${data.length} characters of base64`);
}
await browser.close();

await writeFile(
  target,
  `// Made by scripts/make-glyphs.ts; do not edit. The letters are drawn from two fonts under the SIL Open Font
// License 1.1 (https://openfontlicense.org):
//   Inter, Copyright 2020 The Inter Project Authors (https://github.com/rsms/inter)
//   JetBrains Mono, Copyright 2020 The JetBrains Mono Project Authors (https://github.com/JetBrains/JetBrainsMono)

/** Pixels of the em square that the letters below were drawn at. */
export const glyphEm = ${em};

${exported.join("\n")}`,
);

/** Six bytes of measures for each letter, then the opacity of its ink, 0 to 15, letter by letter. */
function pack(drawings: readonly Drawing[]): string {
  const digits = drawings.slice("0".charCodeAt(0) - 32, "9".charCodeAt(0) - 31);
  const digitAdvance = Math.max(...digits.map((digit) => digit.advance));
  const measures = Buffer.alloc(drawings.length * 6);
  const ink: number[] = [];

  drawings.forEach((drawing, index) => {
    const inked = drawing.alpha.flatMap((alpha, at) => (alpha > 8 ? [at] : []));
    const columns = inked.map((at) => at % side);
    const rows = inked.map((at) => Math.floor(at / side));
    const [left, right] =
      inked.length > 0 ? [Math.min(...columns), Math.max(...columns) + 1] : [em / 2, em / 2];
    const [top, bottom] =
      inked.length > 0 ? [Math.min(...rows), Math.max(...rows) + 1] : [baseline, baseline];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) ink.push(Math.round((drawing.alpha[y * side + x] ?? 0) / 17));
    }
    // Digits share one width, so that a counter does not tremble.
    const advance = digits.includes(drawing) ? digitAdvance : drawing.advance;
    measures.writeUInt16LE(Math.round(advance * 64), index * 6);
    measures.writeInt8(left - em / 2 + Math.round((advance - drawing.advance) / 2), index * 6 + 2);
    measures.writeInt8(baseline - top, index * 6 + 3);
    measures.writeUInt8(right - left, index * 6 + 4);
    measures.writeUInt8(bottom - top, index * 6 + 5);
  });
  return deflateRawSync(Buffer.concat([measures, Buffer.from(ink)]), { level: 9 }).toString("base64");
}
