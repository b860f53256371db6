import { readFile } from "node:fs/promises";
import type { Options } from "tsup";
import type { Plugin } from "vite";
import wabt from "wabt";

type EsbuildPlugin = NonNullable<Options["esbuildPlugins"]>[number];

/** esbuild plugin that lets tsup import WebAssembly text. The imported module exports the binary as `wasmBase64`. */
export const watForEsbuild: EsbuildPlugin = {
  name: "wat",
  setup(build) {
    build.onLoad({ filter: /\.wat$/ }, async ({ path }) => ({ contents: await moduleOf(path) }));
  },
};

/** Vite plugin that lets vitest, which runs the tests from source, import WebAssembly text. */
export const watForVite: Plugin = {
  name: "wat",
  load: (path) => (path.endsWith(".wat") ? moduleOf(path) : undefined),
};

async function moduleOf(path: string): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat(path, await readFile(path, "utf8"), { simd: true });
  try {
    const { buffer } = module.toBinary({});
    return `export const wasmBase64 = "${Buffer.from(buffer).toString("base64")}";\n`;
  } finally {
    module.destroy();
  }
}
