import { lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * Links the packages that are installed in the tree `from` and missing in the tree `to`. Links to workspaces are
 * relative and are copied unchanged, so the copies point to the workspaces of `to`. Packages and links that exist in
 * `to` are kept, even dangling links.
 */
export async function linkModules(from: string, to: string, workspaces: readonly string[]): Promise<void> {
  for (const folder of ["", ...workspaces]) {
    const installed = join(from, folder, "node_modules");
    if ((await exists(installed)) && (await exists(join(to, folder))))
      await linkFolder(installed, join(to, folder, "node_modules"));
  }
}

async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // Caches of tools and npm's record of installed packages are not linked.
    if (entry.name.startsWith(".") && entry.name !== ".bin") continue;
    if (entry.name.startsWith("@") && entry.isDirectory()) await linkFolder(source, target);
    else if (!(await exists(target))) {
      await symlink(entry.isSymbolicLink() ? await readlink(source) : source, target, "junction");
    }
  }
}

/** Whether a file with this name exists, even as a dangling link. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
