import { describe, expect, test } from "vitest";
import { MappedViews } from "../src/memory/mapped-views.ts";
import { makeFile } from "../src/region/make-file.ts";
import { Mapping } from "../src/region/mapping.ts";
import { collectGarbage } from "./support/collect-garbage.ts";
import { noSharedMemory, theLibC } from "./support/linked-routes.ts";
import { mappings } from "./support/process-state.ts";

const bytes = 64 * 1024;

/** Views of a new mapping, the tags of those that were collected, and the mapping's memory. */
function open() {
  const libc = theLibC();
  const fd = makeFile(libc, bytes);
  const mapping = Mapping.of(libc, fd, bytes);
  libc.close(fd);
  const collected: string[] = [];
  const views = new MappedViews<string>(mapping, (tag) => collected.push(tag));
  return { views, collected, memory: new Uint8Array(mapping.view(0, bytes)) };
}

describe.skipIf(noSharedMemory)("MappedViews", () => {
  test("hands out views of the mapping, each with its own ArrayBuffer of its length", () => {
    const before = mappings();
    const { views, memory } = open();
    const view = views.take(4096, 5000, "a");
    expect([view.byteOffset, view.length, view.buffer.byteLength]).toEqual([0, 5000, 5000]);
    view[4999] = 7;
    expect(memory[4096 + 4999]).toBe(7);
    expect([
      views.held,
      views.tagOf(view),
      views.tagOf(view.subarray(9)),
      views.tagOf(new Uint8Array(1)),
    ]).toEqual([1, "a", "a", undefined]);
    expect(views.release(view)).toBe("a");
    views.close();
    expect(mappings()).toBe(before);
  });

  test("detaches a released view and every other view of it, once", () => {
    const { views } = open();
    const view = views.take(4096, 4096, "a");
    const other = new DataView(view.buffer);
    expect(views.release(view)).toBe("a");
    expect([view.length, view.buffer.detached]).toEqual([0, true]);
    expect(() => other.getUint8(0)).toThrow(TypeError);
    expect(views.release(view)).toBeUndefined();
    expect(views.release(new Uint8Array(3))).toBeUndefined();
    views.close();
  });

  test("hands out the same part again, also with another length", () => {
    const { views, memory } = open();
    for (const length of [4096, 4096, 100, 8192, 8192]) {
      const view = views.take(8192, length, "a");
      expect(view.length).toBe(length);
      view.fill(length & 0xff);
      expect(memory[8192]).toBe(length & 0xff);
      views.release(view);
    }
    views.close();
  });

  test("keeps views readable after close, and removes the mapping with the last one", () => {
    const before = mappings();
    const { views } = open();
    const [first, second] = [views.take(4096, 4096, "a"), views.take(8192, 4096, "b")];
    first[0] = 5;
    views.close();
    views.release(second);
    expect([mappings() - before, first[0]]).toEqual([1, 5]);
    views.release(first);
    expect(mappings()).toBe(before);
  });

  test("frees a view that was dropped without a release", async () => {
    const before = mappings();
    const { views, collected } = open();
    views.take(4096, 4096, "a");
    views.take(8192, 4096, "b");
    expect(views.held).toBe(2);
    await collectGarbage();
    expect(collected.toSorted()).toEqual(["a", "b"]);
    expect([views.held, views.retired]).toEqual([0, 0]);
    views.close();
    expect(mappings()).toBe(before);
  });

  test("removes a closed mapping when its last view is collected", async () => {
    const before = mappings();
    (() => {
      const { views } = open();
      views.take(4096, 4096, "a");
      views.close();
    })();
    expect(mappings()).toBe(before + 1);
    await collectGarbage();
    expect(mappings()).toBe(before);
  });

  test("waits for other views of the ArrayBuffer after the view was collected", async () => {
    const { views, collected } = open();
    let words: Uint32Array | undefined = new Uint32Array(views.take(4096, 4096, "a").buffer);
    words[0] = 99;
    await collectGarbage();
    expect([words[0], collected, views.held]).toEqual([99, [], 1]);
    words = undefined;
    await collectGarbage();
    expect([collected, views.held]).toEqual([["a"], 0]);
    views.close();
  });

  test("retires a part whose ArrayBuffer was transferred, and never removes the mapping", async () => {
    const before = mappings();
    const { views, collected } = open();
    const taken = [4096, 8192, 12_288].map((offset) => views.take(offset, 4096, `${offset}`));
    const [released, dropped, late] = taken.map((view) => view.fill(3)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const moved = [structuredClone(released, { transfer: [released.buffer as ArrayBuffer] })];
    expect(views.release(released)).toBeUndefined();
    // The second view is transferred and collected.
    moved.push(new Uint8Array((dropped.buffer as ArrayBuffer).transfer()));
    // The third view is collected first, then its ArrayBuffer is transferred.
    let buffer: ArrayBuffer | undefined = late.buffer as ArrayBuffer;
    taken.length = 0;
    return continued();

    async function continued() {
      await collectGarbage();
      moved.push(new Uint8Array((buffer as ArrayBuffer).transfer()));
      buffer = undefined;
      views.release(views.take(16_384, 4096, "other"));
      await collectGarbage();
      expect([views.retired, views.held, collected]).toEqual([3, 0, []]);
      views.close();
      expect(mappings()).toBe(before + 1);
      expect(moved.map((view) => [view.length, view[4095]])).toEqual(Array(3).fill([4096, 3]));
    }
  });
});
