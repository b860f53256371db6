import type { Options } from "tsup";

/** How every published package is built: one ES module and its declarations. */
export const library: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "es2023",
  platform: "node",
  dts: true,
  clean: true,
  removeNodeProtocol: false,
};
