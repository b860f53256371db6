import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { LibC } from "../src/libc/lib-c.ts";
import { makeFile } from "../src/region/make-file.ts";
import { makeRegion } from "../src/region/make-region.ts";
import { openRegion } from "../src/region/open-region.ts";
import type { RegionAnnouncement } from "../src/region/region-announcement.ts";
import { noSharedMemory, theLibC } from "./support/linked-routes.ts";
import { Peer } from "./support/peer.ts";
import { descriptors, mappings } from "./support/process-state.ts";

const bytes = 16 * 4096;
const nonce = new Uint8Array(16);
const sizeSeals = 7;

/** The announcement that is right for the descriptor of this process. */
function announcementOf(fd: number): RegionAnnouncement {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return { region: 0, pid: process.pid, fd, device: dev, inode: ino, bytes, nonce };
}

/** Opens the region and expects it to fail for the given reason, without anything left behind. */
function expectRefusal(announcement: RegionAnnouncement, reason: RegExp): void {
  const before = [descriptors(), mappings()];
  expect(() => openRegion(theLibC(), announcement)).toThrow(reason);
  expect([descriptors(), mappings()]).toEqual(before);
}

/** A descriptor that is closed when the test is over. */
function opened(fd: number): number {
  onTestFinished(() => closeSync(fd));
  return fd;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "broadcast-ipc-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A file in memory that `change` may alter before it is sealed. */
function file(change: (fd: number, libc: LibC) => void, seals = sizeSeals, flags = 3): number {
  const libc = theLibC();
  const fd = opened(libc.memfdCreate("broadcast-ipc", flags));
  change(fd, libc);
  if (seals > 0) libc.addSeals(fd, seals);
  return fd;
}

describe.skipIf(noSharedMemory)("openRegion", () => {
  test("maps the region of a peer, and closes all files", () => {
    const libc = theLibC();
    const region = makeRegion(libc, 0, bytes);
    region.memory[5000] = 9;
    const before = [descriptors(), mappings()] as const;
    const mapping = openRegion(libc, region.announcement);
    expect([descriptors(), mappings()]).toEqual([before[0], before[1] + 1]);
    expect(new Uint8Array(mapping.view(4096, 4096))[904]).toBe(9);
    mapping.unmap();
    region.mapping.unmap();
    region.closeFile();
  });

  test("refuses another nonce, device, inode or size", () => {
    const announcement = announcementOf(opened(makeFile(theLibC(), bytes)));
    const other = new Uint8Array(16).fill(1);
    expectRefusal({ ...announcement, nonce: other }, /another nonce/);
    expectRefusal({ ...announcement, device: announcement.device + 1n }, /another file/);
    expectRefusal({ ...announcement, inode: announcement.inode + 1n }, /another file/);
    for (const size of [bytes - 4096, bytes + 4096, 2 ** 50]) {
      expectRefusal({ ...announcement, bytes: size }, /another size/);
    }
  });

  test.each([
    ["no seals", 0],
    ["no seal against shrinking", 1 | 4],
    ["no seal against growing", 1 | 2],
    ["no seal against seals", 2 | 4],
  ])("refuses a file with %s", (_, seals) => {
    const fd = file((made, libc) => libc.fallocate(made, bytes), seals);
    expectRefusal(announcementOf(fd), /not sealed/);
  });

  test("refuses a file that cannot be sealed", () => {
    expectRefusal(announcementOf(file((made, libc) => libc.fallocate(made, bytes), 0, 1)), /not sealed/);
  });

  test.each([
    ["F_SEAL_WRITE", 0x8],
    ["F_SEAL_FUTURE_WRITE", 0x10],
  ])("refuses a file with %s", (_, seal) => {
    const fd = file((made, libc) => libc.fallocate(made, bytes), sizeSeals | seal);
    expectRefusal(announcementOf(fd), /EPERM|EACCES/);
  });

  test("refuses a sparse file", () => {
    expectRefusal(announcementOf(file((fd) => ftruncateSync(fd, bytes))), /not reserved/);
    const nearly = file((fd, libc) => {
      libc.fallocate(fd, bytes - 4096);
      ftruncateSync(fd, bytes);
    });
    expectRefusal(announcementOf(nearly), /not reserved/);
  });

  test("refuses a file that was truncated before it was sealed", () => {
    const fd = file((made, libc) => {
      libc.fallocate(made, bytes);
      ftruncateSync(made, 4096);
    });
    expectRefusal(announcementOf(fd), /another size/);
  });

  test("refuses a regular file, also an unlinked one in /dev/shm", () => {
    for (const folder of [temporaryFolder(), "/dev/shm"]) {
      const path = join(folder, `memfd:broadcast-ipc-${process.pid}`);
      writeFileSync(path, new Uint8Array(bytes).fill(1));
      const fd = opened(openSync(path, "r+"));
      rmSync(path);
      expectRefusal(announcementOf(fd), /not a file in memory/);
    }
  });

  test("refuses pipes, devices, folders, sockets and events, and does not wait for any", async () => {
    const folder = temporaryFolder();
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    const server = createServer().listen(join(folder, "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    const { fd: socket } = (server as unknown as { _handle: { fd: number } })._handle;
    const others = [
      openSync(fifo, constants.O_RDWR),
      openSync("/dev/null", "r+"),
      openSync("/dev/zero", "r+"),
      openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY),
      openSync(folder, "r"),
    ];
    for (const fd of others) expectRefusal(announcementOf(opened(fd)), /not a file in memory/);
    expectRefusal(announcementOf(socket), /not a file in memory|ENXIO/);
    // The first descriptors of a Node process are pipes, events and epoll instances.
    for (let fd = 0; fd < 20; fd++) {
      const announcement = { region: 0, pid: process.pid, fd, device: 0n, inode: 0n, bytes, nonce };
      expectRefusal(announcement, /./);
    }
  });

  test("refuses a process or descriptor that does not exist", () => {
    const announcement = announcementOf(0);
    expectRefusal({ ...announcement, fd: 2 ** 31 - 1 }, /ENOENT/);
    expectRefusal({ ...announcement, pid: 2 ** 31 - 1 }, /ENOENT/);
    // A thread of the kernel has no descriptors.
    expectRefusal({ ...announcement, pid: 2 }, /ENOENT|EACCES/);
  });

  test("maps the region of another process, whose death leaves the memory readable", async () => {
    const before = mappings();
    const peer = new Peer("make");
    const announcement = await peer.announcement();
    const mapping = openRegion(theLibC(), announcement);
    await peer.kill();
    expect(new Uint8Array(mapping.view(4096, 1))[0]).toBe(77);
    mapping.unmap();
    expect(mappings()).toBe(before);
    expectRefusal(announcement, /ENOENT/);
  });

  test.skipIf(process.getuid?.() !== 0)("refuses the region of another user's process", async () => {
    const libc = theLibC();
    const region = makeRegion(libc, 0, bytes);
    const peer = new Peer("open-as-nobody");
    expect(await peer.open(region.announcement)).toMatch(/EACCES/);
    const friend = new Peer("open");
    expect(await friend.open(region.announcement)).toBe("mapped");
    region.closeFile();
    region.mapping.unmap();
  });

  const canUnshare = !noSharedMemory && spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;
  test.skipIf(!canUnshare)("refuses the region of a process in another PID namespace", async () => {
    const peer = new Peer("make", "unshare", "--pid", "--fork", "--kill-child");
    const announcement = await peer.announcement();
    expect(announcement.pid).toBeLessThan(process.pid);
    expectRefusal(announcement, /ENOENT|EACCES|another file|not a file in memory/);
    await peer.kill();
    const libc = theLibC();
    const region = makeRegion(libc, 0, bytes);
    const inside = new Peer("open", "unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
    expect(await inside.open(region.announcement)).toMatch(/ENOENT|another file|not a file in memory/);
    region.closeFile();
    region.mapping.unmap();
  });
});
