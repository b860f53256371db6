#!/usr/bin/env node
import { runApp } from "./app.ts";
import { help, parseOptions, UsageError } from "./demo-options.ts";
import { LiveKitAccess } from "./livekit/livekit-access.ts";
import { formatReport } from "./report.ts";
import { StatusLine } from "./status-line.ts";

/** Longest wait for open connections and files after the run, in ms. */
const exitTimeout = 500;

// A terminal that was closed, or a program that has stopped reading, must not end the process before its cleanup.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await main(process.argv.slice(2));
setTimeout(() => process.exit(), exitTimeout).unref();

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === "help") {
      process.stdout.write(help);
      return 0;
    }
    const access = options.sinks.includes("livekit") ? LiveKitAccess.take(process.env) : undefined;
    const interrupt = new AbortController();
    // The handlers run only once, so a second Ctrl-C ends the process at once.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => interrupt.abort());
    const status = new StatusLine(process.stderr);
    const report = await runApp({ options, access, status, interrupt: interrupt.signal });
    if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else if (report.frames.received > 0) process.stdout.write(`\n${formatReport(report)}\n`);
    return report.failure === null ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write("See npm run demo -- --help\n");
    return 2;
  }
}
