import { lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * Gives a tree the installed packages of another one by links to them, for those that it does not have. The workspaces
 * themselves are its own: their links are relative, and are made anew. Nothing is written through the links.
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
    // Caches of tools, and npm's note of what it has installed, stay where they are.
    if (entry.name.startsWith(".") && entry.name !== ".bin") continue;
    if (entry.name.startsWith("@") && entry.isDirectory()) await linkFolder(source, target);
    else if (!(await exists(target))) {
      await symlink(entry.isSymbolicLink() ? await readlink(source) : source, target, "junction");
    }
  }
}

/** Whether there is anything of that name, be it a link to nothing. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
