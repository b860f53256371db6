import { copyFile, readdir } from "node:fs/promises";
import { defineConfig } from "tsup";

export default defineConfig([
  {
    entry: ["src/main.ts", "src/capture.ts"],
    format: "esm",
    target: "node20",
    platform: "node",
    // The page below is built at the same time, into a folder of its own.
    clean: ["!page/**"],
    removeNodeProtocol: false,
  },
  {
    entry: ["src/page/page.ts"],
    outDir: "dist/page",
    format: "esm",
    target: "es2022",
    platform: "browser",
    minify: true,
    clean: true,
    async onSuccess() {
      for (const file of await readdir("src/page")) {
        if (/\.(html|css)$/.test(file)) await copyFile(`src/page/${file}`, `dist/page/${file}`);
      }
    },
  },
]);
