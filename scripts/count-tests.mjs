// Adds up the vitest JSON reports in a folder, and prints the numbers of passed, failed and skipped tests as the last line.
// The second argument is the exit code of the test run. If it is not 0, at least one failure is reported.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const [folder, exitCode = "0"] = process.argv.slice(2);
let [passed, failed, skipped] = [0, 0, 0];
for (const file of (await readdir(folder)).sort()) {
  const report = JSON.parse(await readFile(join(folder, file), "utf8"));
  // A test file that could not be loaded reports no tests, so it is counted as one failure.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  passed += report.numPassedTests;
  failed += report.numFailedTests + broken.length;
  skipped += report.numPendingTests + report.numTodoTests;
}
if (exitCode !== "0" && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
