import type { Options } from "tsup";

/**
 * Build options of every published package: one ES module, its source map and its declarations. The map contains the
 * sources, because the packages are published without `src`.
 */
export const library: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "es2023",
  platform: "node",
  dts: true,
  sourcemap: true,
  // The declarations are built at the same time, by a second process.
  clean: ["!**/*.d.ts"],
  removeNodeProtocol: false,
};
