import { defineConfig } from "tsup";
import { library } from "../../tsup.config.base.ts";
import { scriptForEsbuild } from "./load-script.ts";

export default defineConfig({ ...library, esbuildPlugins: [scriptForEsbuild] });
