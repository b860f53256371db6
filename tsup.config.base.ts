import type { Options } from "tsup";

/** Build options of every published package: one ES module and its declarations. */
export const library: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "es2023",
  platform: "node",
  dts: true,
  clean: true,
  removeNodeProtocol: false,
};
