// Adds up vitest's JSON reports in a folder, and prints how many tests passed, failed and were skipped, as the last line.
// With a second argument other than 0, the exit code of what ran them, something has failed even if no test has.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const [folder, exitCode = "0"] = process.argv.slice(2);
let [passed, failed, skipped] = [0, 0, 0];
for (const file of (await readdir(folder)).sort()) {
  const report = JSON.parse(await readFile(join(folder, file), "utf8"));
  // A file that could not be loaded has no tests that could fail.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  passed += report.numPassedTests;
  failed += report.numFailedTests + broken.length;
  skipped += report.numPendingTests + report.numTodoTests;
}
if (exitCode !== "0" && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
