import { copyFile } from "node:fs/promises";
import { defineConfig, type Options } from "tsup";

/** How a page is built, all that it needs in one script and one style sheet. */
const page: Options = {
  format: "esm",
  target: "es2022",
  platform: "browser",
  minify: true,
  clean: true,
  noExternal: [/./],
};

export default defineConfig([
  {
    entry: ["src/main.ts", "src/capture.ts", "src/publish.ts"],
    format: "esm",
    target: "node20",
    platform: "node",
    // The pages below are built at the same time, into folders of their own.
    clean: ["!page/**", "!bundled-page/**"],
    removeNodeProtocol: false,
  },
  {
    ...page,
    entry: ["src/page/page.ts"],
    outDir: "dist/page",
    onSuccess: () => copyFile("src/page/index.html", "dist/page/index.html"),
  },
  {
    ...page,
    entry: ["src/browser/bundled-page/bundled-page.ts"],
    outDir: "dist/bundled-page",
    onSuccess: () => copyFile("src/browser/bundled-page/index.html", "dist/bundled-page/index.html"),
  },
]);
