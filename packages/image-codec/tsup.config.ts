import { defineConfig } from "tsup";
import { library } from "../../tsup.config.base.ts";
import { watForEsbuild } from "./load-wat.ts";

export default defineConfig({ ...library, esbuildPlugins: [watForEsbuild] });
