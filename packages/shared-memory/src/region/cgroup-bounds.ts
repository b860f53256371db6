import { posix } from "node:path";
import { type Bound, type ReadText, reserveBytes } from "./bound.ts";

/** Names of the files of a version of control groups. `limits` and `usage` are in bytes; `cache` are keys of memory.stat. */
interface Version {
  readonly limits: readonly string[];
  readonly usage: string;
  readonly cache: readonly string[];
  /** A key of memory.stat for the lowest limit of all parents, even of those that this process cannot see. */
  readonly parentLimit: string | undefined;
}

const version1: Version = {
  limits: ["memory.limit_in_bytes"],
  usage: "memory.usage_in_bytes",
  cache: ["total_inactive_file", "total_active_file"],
  parentLimit: "hierarchical_memory_limit",
};

const version2: Version = {
  // Over memory.high, processes are slowed down until hardly anything moves.
  limits: ["memory.max", "memory.high"],
  usage: "memory.current",
  cache: ["inactive_file", "active_file"],
  parentLimit: undefined,
};

/** Returns what each control group of this process, and each of their visible parents, leaves of its memory limit. */
export function cgroupBounds(readText: ReadText): Bound[] {
  const mounts = parseMounts(readText("/proc/self/mountinfo") ?? "");
  const bounds: Bound[] = [];
  for (const line of (readText("/proc/self/cgroup") ?? "").split("\n")) {
    const [, id, controllers = "", path = ""] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    const isVersion2 = id === "0" && controllers === "";
    if (!isVersion2 && !controllers.split(",").includes("memory")) continue;
    for (const { isVersion2: isMount2, root, point } of mounts) {
      if (isMount2 !== isVersion2) continue;
      for (const folder of levels(root, point, path)) {
        const bound = boundOf(readText, folder, isVersion2 ? version2 : version1);
        if (bound !== undefined) bounds.push(bound);
      }
    }
  }
  return bounds;
}

/**
 * Returns the folder of a control group and those of its parents up to the mount point. In a container, `path` may be
 * relative to the container's group or to a group outside of it, and the mount may show only a part of the hierarchy.
 */
function levels(root: string, point: string, path: string): string[] {
  const isInside = root === "/" || path === root || path.startsWith(`${root}/`);
  const inside = isInside ? path.slice(root === "/" ? 0 : root.length) : path;
  const folders: string[] = [];
  // normalize() keeps ".." from leading out of the mount.
  for (let rest = posix.normalize(`/${inside}`); rest !== "/"; rest = posix.dirname(rest)) {
    folders.push(posix.join(point, rest));
  }
  return [...folders, point];
}

function boundOf(readText: ReadText, folder: string, version: Version): Bound | undefined {
  const numberIn = (file: string) => toNumber(readText(`${folder}/${file}`));
  const usage = numberIn(version.usage);
  if (usage === undefined) return undefined;
  const stat = readText(`${folder}/memory.stat`) ?? "";
  const statOf = (key: string) => toNumber(new RegExp(`^${key} (\\d+)$`, "m").exec(stat)?.[1]);
  const limits = version.limits.map(numberIn);
  if (version.parentLimit !== undefined) limits.push(statOf(version.parentLimit));
  const limit = Math.min(...limits.map((value) => value ?? Number.POSITIVE_INFINITY));
  if (limit === Number.POSITIVE_INFINITY) return undefined;
  // The kernel drops cached files before it ends a process.
  const cache = version.cache.reduce((sum, key) => sum + (statOf(key) ?? 0), 0);
  const bytes = limit - Math.max(0, usage - cache) - reserveBytes;
  return { bytes, what: `the memory limit of the control group ${folder}` };
}

/** Reads a decimal number. Returns `undefined` for the word "max" and for a missing file. */
function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

interface Mount {
  readonly isVersion2: boolean;
  /** The group that the mount point shows, and the mount point. */
  readonly root: string;
  readonly point: string;
}

function parseMounts(mountinfo: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of mountinfo.split("\n")) {
    const [before = "", after = ""] = line.split(" - ", 2);
    const [, , , root = "", point = ""] = before.split(" ").map(unescapePath);
    const [type, , options = ""] = after.split(" ");
    const isVersion2 = type === "cgroup2";
    if (!isVersion2 && !(type === "cgroup" && options.split(",").includes("memory"))) continue;
    mounts.push({ isVersion2, root, point });
  }
  return mounts;
}

/** Decodes the octal escapes of mountinfo, such as `\040` for a space. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
