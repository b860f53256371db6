import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import { describe, expect, test } from "vitest";
import { compileSnippets } from "./support/compile-snippets.ts";
import { readDocuments } from "./support/documents.ts";
import { findBrokenLinks } from "./support/find-broken-links.ts";
import { outputs } from "./support/outputs.ts";
import { runSnippet, runSnippetWith } from "./support/run-snippet.ts";
import { findSnippets, readExamples, type Snippet } from "./support/snippets.ts";

const documents = await readDocuments();
const examples = await readExamples();
const { snippets, problems } = findSnippets(documents, examples);
const programs = snippets.filter(({ notRun }) => notRun === undefined);

/** Whether a program needs a browser or ffmpeg that is not installed. In CI, the program fails instead. */
function lacksTool({ code }: Snippet): boolean {
  if (process.env.CI) return false;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const isInstalled = (file: string) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  if (code.includes("BROWSER_PATH")) return !isInstalled(process.env.BROWSER_PATH ?? "/usr/bin/chromium");
  if (!/ffmpeg|Recorder/.test(code)) return false;
  return !folders.some((folder) => isInstalled(join(folder, "ffmpeg")));
}

describe("snippets", () => {
  test("are whole programs, files of examples, or declared fragments", () => {
    expect(problems).toEqual([]);
    expect(snippets.length).toBeGreaterThan(50);
  });

  test("compile as strict TypeScript, and those in JavaScript also as checked JavaScript", () => {
    const compiled = snippets.filter(({ notCompiled }) => notCompiled === undefined);
    expect(compiled.length).toBeGreaterThan(50);
    // A snippet with errors in both languages shows that errors are found, and with which lines.
    const code = 'import { now } from "@broadcast-ipc/clock";\n\nnow().length;\n';
    const wrong = { ...compiled[0], document: "wrong", line: 7, language: "js", code } as Snippet;
    const message = "TS2339: Property 'length' does not exist on type 'number'.";
    expect(compileSnippets([...compiled, wrong]).toSorted()).toEqual([
      `wrong:10 as JavaScript: ${message}`,
      `wrong:10 as TypeScript: ${message}`,
    ]);
  }, 120_000);

  test("that are programs have an expected output each", () => {
    const counts: Record<string, number> = {};
    for (const { document } of programs) counts[document] = (counts[document] ?? 0) + 1;
    const expected = Object.entries(outputs).map(([document, { length }]) => [document, length]);
    expect(counts).toEqual(Object.fromEntries(expected));
  });

  const rows = programs.map((program) => {
    const index = programs.filter(({ document }) => document === program.document).indexOf(program);
    return {
      title: `${program.document}:${program.line}`,
      program,
      output: outputs[program.document]?.[index],
    };
  });
  for (const { title, program, output = /^$/ } of rows)
    test
      .skipIf(lacksTool(program))
      .concurrent(`${title} runs, exits with code 0 and prints what is expected`, async () => {
        expect(await runSnippet(program)).toMatch(output);
      });
});

describe("README.md", () => {
  const program = snippets.find(({ code }) => code.startsWith("// Uploads what ffmpeg"));

  test.skipIf(program && lacksTool(program))(
    "has a program that uploads moving frames from ffmpeg",
    async () => {
      const frames = new Set<string>();
      await runSnippetWith(program as Snippet, "live-page", async ({ path }) => {
        await using receiver = await BroadcastReceiver.accept(path);
        for await (const { codedWidth, codedHeight, data } of receiver.samples({ type: "image" })) {
          expect([codedWidth, codedHeight]).toEqual([1280, 720]);
          frames.add(createHash("sha256").update(data).digest("hex"));
          if (frames.size === 5) break;
        }
      });
      expect(frames.size).toBe(5);
    },
  );
});

test("docs/modules.md has a CommonJS program that receives frames", async () => {
  const program = snippets.find(
    ({ document, code }) => document === "docs/modules.md" && code.includes("require("),
  );
  const output = await runSnippetWith(program as Snippet, "live-page", async ({ path, exited }) => {
    const uploader = await BroadcastUploader.connect(path, { reconnect: false });
    const sample = { type: "image", format: "RGBA", codedWidth: 64, codedHeight: 32 } as const;
    uploader.upload({ ...sample, data: new Uint8Array(64 * 32 * 4), timestamp: now() });
    await uploader.wanted();
    await uploader.close();
    await exited;
  });
  expect(output).toBe("64x32\n");
});

describe("files of examples", () => {
  test("are all in examples/README.md, and begin with a comment", () => {
    const shown = snippets
      .filter(({ document }) => document === "examples/README.md")
      .map(({ file }) => file);
    expect(shown.toSorted()).toEqual([...examples.keys()].toSorted());
    for (const [file, code] of examples) expect(code, file).toMatch(/^\/\/ [A-Z].*\.\n/);
  });

  test("of the live view of a page are the first code of README.md", () => {
    const [first, second] = snippets.filter(({ document }) => document === "README.md");
    expect([first?.file, second?.file].map((file) => file?.replace(/.*\/examples\//, ""))).toEqual([
      "live-page/playwright.mjs",
      "live-page/watch.mjs",
    ]);
  });
});

describe("links", () => {
  test("lead to files and headings that exist, and broken ones are found", async () => {
    expect(documents.flatMap(({ links }) => links).length).toBeGreaterThan(150);
    const links = [
      "missing.md",
      "README.md#missing",
      "packages/uploader#watch-while-recording",
      "../outside.md",
      "http://example.org/",
      "https://exa mple.org/",
      "https://example.org/#anchor",
    ].map((target, index) => ({ target, line: index + 1 }));
    const page = { path: "page.md", blocks: [], anchors: new Set<string>(), links };
    expect(await findBrokenLinks([...documents, page])).toEqual([
      "page.md:1: missing.md: no such file",
      "page.md:2: README.md#missing: no such heading",
      "page.md:4: ../outside.md: outside of the repository",
      "page.md:5: http://example.org/: not an https URL",
      "page.md:6: https://exa mple.org/: not a URL",
    ]);
  });
});
