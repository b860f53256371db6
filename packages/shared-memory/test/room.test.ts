import { describe, expect, test } from "vitest";
import { cgroupBounds } from "../src/region/cgroup-bounds.ts";
import { roomObstacle } from "../src/region/room.ts";

const MiB = 1024 * 1024;

/** Returns a reader of the given files. */
const reading = (files: Readonly<Record<string, string>>) => (path: string) => files[path];

const mount1 = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n";
const mount2 = "41 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n";

/** What the bounds leave, in MiB, and the groups that set them. */
const boundsOf = (files: Readonly<Record<string, string>>) =>
  cgroupBounds(reading(files)).map(({ bytes, what }) => [bytes / MiB, what.split(" ").at(-1)]);

describe("cgroupBounds", () => {
  test("reads the limits of version 2 of a group and its parents, less 32 MiB, cached files not counted", () => {
    const files = {
      "/proc/self/mountinfo": mount2,
      "/proc/self/cgroup": "0::/app/worker\n",
      "/sys/fs/cgroup/app/worker/memory.max": "max\n",
      "/sys/fs/cgroup/app/worker/memory.current": `${10 * MiB}\n`,
      "/sys/fs/cgroup/app/memory.max": `${400 * MiB}\n`,
      "/sys/fs/cgroup/app/memory.high": `${300 * MiB}\n`,
      "/sys/fs/cgroup/app/memory.current": `${200 * MiB}\n`,
      "/sys/fs/cgroup/app/memory.stat": `anon 5\ninactive_file ${30 * MiB}\nactive_file ${20 * MiB}\n`,
    };
    expect(boundsOf(files)).toEqual([[300 - 150 - 32, "/sys/fs/cgroup/app"]]);
  });

  test("reads the limits of version 1, with the limit of parents that cannot be seen", () => {
    const files = {
      "/proc/self/mountinfo": mount1,
      "/proc/self/cgroup": "5:devices:/else\n4:cpu,memory:/app\n0::/\n",
      "/sys/fs/cgroup/memory/app/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/app/memory.usage_in_bytes": `${100 * MiB}\n`,
      "/sys/fs/cgroup/memory/app/memory.stat": `hierarchical_memory_limit ${256 * MiB}\ninactive_file 7\ntotal_inactive_file ${60 * MiB}\ntotal_active_file 0\n`,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": `${512 * MiB}\n`,
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": `${MiB}\n`,
    };
    expect(boundsOf(files)).toEqual([
      [256 - 40 - 32, "/sys/fs/cgroup/memory/app"],
      [512 - 1 - 32, "/sys/fs/cgroup/memory"],
    ]);
  });

  test.each([
    ["a namespace in which the path is /", "/", "/"],
    ["a mount of a part of the hierarchy", "/docker/abc", "/docker/abc"],
    ["a path outside the mount", "/docker/abc", "/../host"],
    ["a path that escapes", "/", "/../../.."],
  ])("reads the limit at the mount point in %s", (_, root, path) => {
    const files = {
      "/proc/self/mountinfo": `41 31 0:38 ${root} /my\\040groups rw - cgroup2 cgroup2 rw\n`,
      "/proc/self/cgroup": `0::${path}\n`,
      "/my groups/memory.max": `${64 * MiB}`,
      "/my groups/memory.current": "0",
    };
    expect(cgroupBounds(reading(files))).toEqual([
      { bytes: 32 * MiB, what: "the memory limit of the control group /my groups" },
    ]);
  });

  test("finds nothing without control groups, limits or /proc", () => {
    expect(boundsOf({})).toEqual([]);
    expect(boundsOf({ "/proc/self/mountinfo": mount2, "/proc/self/cgroup": "0::/a\n" })).toEqual([]);
    expect(boundsOf({ "/proc/self/mountinfo": "\n x - y", "/proc/self/cgroup": "0::/a\nnonsense" })).toEqual(
      [],
    );
  });
});

describe("roomObstacle", () => {
  const limits = (size: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax file size  ${size}  unlimited  bytes\n`;
  const files = {
    "/proc/self/limits": limits("unlimited"),
    "/proc/meminfo": `MemTotal: 9 kB\nMemAvailable:   ${(132 * MiB) / 1024} kB\n`,
  };

  test("finds none if the region fits", () => {
    expect(roomObstacle(100 * MiB, reading(files))).toBeUndefined();
    expect(roomObstacle(2 ** 50, reading({}))).toBeUndefined();
  });

  test("names the bound and the room", () => {
    expect(roomObstacle(100 * MiB + 1, reading(files))).toBe(
      "a region of 100 MiB does not fit: the available memory of the system allows 100 MiB",
    );
    expect(roomObstacle(2 ** 50, reading({ ...files, "/proc/self/limits": limits("1048576") }))).toBe(
      "a region of 1 PiB does not fit: the file size limit (ulimit -f) allows 1 MiB",
    );
    const full = {
      ...files,
      "/proc/self/mountinfo": mount2,
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": "1000",
      "/sys/fs/cgroup/memory.current": "1000",
    };
    expect(roomObstacle(MiB, reading(full))).toBe(
      "a region of 1 MiB does not fit: the memory limit of the control group /sys/fs/cgroup allows 0 bytes",
    );
  });
});
