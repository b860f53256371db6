// Resolves the module "electron" to the fake. Loaded before a program of the examples, with `node --import`.
import { register } from "node:module";

const fake = new URL("fake-electron.mjs", import.meta.url).href;
const hooks = `export const resolve = (specifier, context, next) =>
  specifier === "electron" ? { url: ${JSON.stringify(fake)}, shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
