import { expect, test } from "vitest";
import { sourceSentence } from "../src/page/source-sentence.ts";

test("says what one sees, and how to use a page", () => {
  const page = { kind: "page", hasAudio: false, takesInput: true } as const;
  expect(sourceSentence(page, false)).toMatch(/^A web page .+\. Click it to use it\.$/);
  expect(sourceSentence(page, true)).toContain("Tap it");
});

test("mentions the audio of a file only if there is some", () => {
  const file = { kind: "file", hasAudio: true, takesInput: false } as const;
  expect(sourceSentence(file, false)).toBe("A video file in a loop, with its audio.");
  expect(sourceSentence({ ...file, hasAudio: false }, false)).toBe("A video file in a loop.");
});
