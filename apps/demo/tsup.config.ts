import { copyFile } from "node:fs/promises";
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
    noExternal: [/./],
    async onSuccess() {
      await copyFile("src/page/index.html", "dist/page/index.html");
    },
  },
]);
