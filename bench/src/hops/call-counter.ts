import { readFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

/** Average calls of this project's functions per unit of work. */
export interface CallCounts {
  readonly calls: number;
  /** Functions with at least one call per two units of work. */
  readonly functions: readonly CalledFunction[];
  /** Source files of `functions`. */
  readonly files: readonly string[];
}

interface CalledFunction {
  /** The source file, relative to `packages/`. */
  readonly file: string;
  readonly name: string;
  /** Average calls per unit of work. */
  readonly calls: number;
}

/** The coverage of one script: `Profiler.ScriptCoverage` of the Chrome DevTools protocol. */
interface Script {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
  }[];
}

/**
 * Counts the calls of functions in this project's packages while `work` runs, with V8's precise coverage. `times` is
 * the number of units of work that one call of `work` does.
 */
export async function countCalls(times: number, work: () => Promise<void>): Promise<CallCounts> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    await work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    return await summarize(result, times);
  } finally {
    session.disconnect();
  }
}

async function summarize(scripts: readonly Script[], times: number): Promise<CallCounts> {
  const called: CalledFunction[] = [];
  for (const { url, functions } of scripts) {
    const [, name] = /\/packages\/([^/]+)\/dist\/[^/]+\.js$/.exec(url) ?? [];
    if (name === undefined) continue;
    const source = await readFile(fileURLToPath(url), "utf8");
    for (const { functionName, ranges } of functions) {
      const [range] = ranges;
      if (!range || range.count === 0) continue;
      const file = `${name}/${sourceFile(source, range.startOffset)}`;
      called.push({ file, name: functionName || "(anonymous)", calls: range.count / times });
    }
  }
  const functions = called.filter(({ calls }) => calls >= 0.5);
  return {
    calls: called.reduce((sum, { calls }) => sum + calls, 0),
    functions,
    files: [...new Set(functions.map(({ file }) => file))].sort(),
  };
}

/**
 * Finds the source file of an offset in a bundle. The bundler writes the name of each source file as a comment before
 * its code.
 */
function sourceFile(source: string, offset: number): string {
  const start = source.lastIndexOf("\n// src/", offset);
  return start < 0 ? "?" : source.slice(start + 4, source.indexOf("\n", start + 1));
}
