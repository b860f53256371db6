import { defineConfig } from "tsup";
import { library } from "../../tsup.config.base.ts";

export default defineConfig([
  // The element is built at the same time.
  { ...library, clean: ["!element.*", "!**/*.d.ts"] },
  {
    entry: { element: "src/element/index.ts" },
    format: "esm",
    target: "es2022",
    platform: "browser",
    tsconfig: "src/element/tsconfig.json",
    dts: true,
    minify: true,
    noExternal: [/./],
  },
]);
