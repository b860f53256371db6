import { expect, test } from "vitest";
import { messageText } from "../../../src/element/connection/message-text.ts";
import { parseViewerMessage } from "../../../src/wire/parse-viewer-message.ts";

test("replaces lone surrogates, which the server rejects, and keeps pairs", () => {
  const paste = (text: string) => ({ type: "input", input: { kind: "paste", text } }) as const;
  expect(parseViewerMessage(JSON.stringify(paste("a\ud83d")))).toBeUndefined();
  expect(parseViewerMessage(messageText(paste("a\ud83d \udeb4b 😀")))).toEqual(paste("a\ufffd \ufffdb 😀"));
});
