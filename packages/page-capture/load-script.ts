import { join } from "node:path";
import type { Options } from "tsup";
import { build, type Plugin, type Rolldown } from "vite";

type EsbuildPlugin = NonNullable<Options["esbuildPlugins"]>[number];

const suffix = "?script";

/**
 * esbuild plugin that lets tsup import a script for the captured page, bundled to a string: `import { source } from
 * "./script.ts?script"`. A function that is sent by `Function.prototype.toString` would break when a user's bundler
 * minifies it, injects helpers or counts its coverage. A string stays as it is.
 */
export const scriptForEsbuild: EsbuildPlugin = {
  name: "script",
  setup(esbuild) {
    esbuild.onResolve({ filter: /\?script$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice(0, -suffix.length)),
      namespace: "script",
    }));
    esbuild.onLoad({ filter: /./, namespace: "script" }, async ({ path }) => ({
      contents: await moduleOf(path),
    }));
  },
};

/** Vite plugin that lets vitest, which runs the tests from source, import a script for the captured page. */
export const scriptForVite: Plugin = {
  name: "script",
  enforce: "pre",
  load: (path) => (path.endsWith(suffix) ? moduleOf(path.slice(0, -suffix.length)) : undefined),
};

async function moduleOf(entry: string): Promise<string> {
  const outputs = await build({
    configFile: false,
    logLevel: "warn",
    build: { write: false, target: "es2022", lib: { entry, formats: ["iife"], name: "script" } },
  });
  const [{ output }] = outputs as Rolldown.RolldownOutput[] as [Rolldown.RolldownOutput];
  return `export const source = ${JSON.stringify(output[0].code)};\n`;
}
