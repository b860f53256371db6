import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const examples = new URL("examples/", root);

const packages = await readdir(new URL("packages/", root));
const readmes = ["README.md", "examples/README.md", ...packages.map((name) => `packages/${name}/README.md`)];

/** Returns the programs of the examples that a README links to, and the code block below each link. */
async function shown(readme: string): Promise<{ file: string; code: string | undefined }[]> {
  const text = await readFile(new URL(readme, root), "utf8");
  const links = text.matchAll(/\]\(([^)]*\.[cm]js)\)(?::\n\n```js\n(.*?)```)?/gs);
  return [...links]
    .map(([, link = "", code]) => ({ file: new URL(link, new URL(readme, root)).href, code }))
    .filter(({ file }) => file.startsWith(examples.href));
}

test.each(readmes)("%s contains the unchanged code of each example that it links to", async (readme) => {
  for (const { file, code } of await shown(readme)) {
    expect(code, file).toBe(await readFile(new URL(file), "utf8"));
  }
});

test("examples/README.md contains every program, and each program begins with a comment", async () => {
  const programs = (await readdir(examples, { recursive: true })).filter(
    (file) => /\.[cm]js$/.test(file) && !file.startsWith("test/"),
  );
  const files = (await shown("examples/README.md")).map(({ file }) => file);
  expect(files.toSorted()).toEqual(programs.map((file) => new URL(file, examples).href).toSorted());
  for (const file of files) expect(await readFile(new URL(file), "utf8")).toMatch(/^\/\/ [A-Z].*\.\n/);
});

test("README.md contains the live view of a page, and then the two-processes example", async () => {
  const files = (await shown("README.md")).map(({ file }) => file);
  const programs = ["live-page/playwright", "live-page/watch", "two-processes/capture", "two-processes/show"];
  expect(files).toEqual(programs.map((program) => new URL(`${program}.mjs`, examples).href));
});
