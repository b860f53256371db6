// Attaches an SBOM (CycloneDX) to the GitHub release of each published package. The SBOM lists what `npm install` of the
// package brings. PUBLISHED is the output publishedPackages of changesets/action, and GH_TOKEN the token of the gh command.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const published = JSON.parse(process.env.PUBLISHED ?? "[]");
for (const { name, version } of published) {
  const folder = mkdtempSync(join(tmpdir(), "sbom-"));
  const unscoped = name.split("/").at(-1);
  const manifest = { name: `sbom-of-${unscoped}`, version, private: true, dependencies: { [name]: version } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  await install(folder);
  const sbom = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], { cwd: folder });
  const file = join(folder, `${unscoped}-${version}.cdx.json`);
  writeFileSync(file, sbom);
  execFileSync("gh", ["release", "upload", `${name}@${version}`, file, "--clobber"], { stdio: "inherit" });
}

/** Installs the dependencies. Tries again for some minutes, because a new version is not on every server at once. */
async function install(folder) {
  for (let attempt = 1; ; attempt++) {
    try {
      execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-online"], {
        cwd: folder,
        stdio: "inherit",
      });
      return;
    } catch (error) {
      if (attempt === 10) throw error;
      await delay(30_000);
    }
  }
}
