import type { WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { StatusLine } from "../src/status-line.ts";

const parts = ["page 1280x720 jpeg", "30.0 fps", "http://127.0.0.1:7411/a-long-token/"];

/** Returns the text that a StatusLine writes to `stream`. */
function written(stream: Partial<WriteStream>, use: (status: StatusLine) => void): string {
  const writes: string[] = [];
  const write = (text: string) => writes.push(text) > 0;
  const terminal = { write, cursorTo: () => true, clearLine: () => true, ...stream };
  use(new StatusLine(terminal as unknown as WriteStream));
  return writes.join("");
}

test.each([
  [100, "page 1280x720 jpeg · 30.0 fps · http://127.0.0.1:7411/a-long-token/"],
  [68, "page 1280x720 jpeg · 30.0 fps · http://127.0.0.1:7411/a-long-token/"],
  [67, "page 1280x720 jpeg · 30.0 fps"],
  [20, "page 1280x720 jpeg"],
  [10, "30.0 fps"],
  [0, "page 1280x720 jpeg · 30.0 fps · http://127.0.0.1:7411/a-long-token/"],
])("omits whole parts that do not fit into %d columns", (columns, line) => {
  expect(written({ isTTY: true, columns }, (status) => status.show(parts))).toBe(line);
});

test("prints the whole line if the output is not a terminal", () => {
  expect(written({ columns: 10 }, (status) => status.show(parts))).toBe(`${parts.join(" · ")}\n`);
});

test("prints each text once with noteOnce()", () => {
  const say = (status: StatusLine) => {
    for (const text of ["a", "b", "a"]) status.noteOnce(text);
    status.note("a");
  };
  expect(written({}, say)).toBe("a\nb\na\n");
});
