import {
  type InputMessage,
  inputMessageType,
  messageContent,
  type PageNotice,
  pageNoticeType,
  parseInputMessage,
  parsePageNotice,
} from "@broadcast-ipc/protocol";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { inputs, notices } from "../packages/protocol/test/input/arbitrary-content.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

async function connected() {
  const path = await socketInTempDir();
  // The schemas list none of the types: a claimed type needs no schema.
  const options = { messageSchemas: {} };
  const [receiver, uploader] = await Promise.all([
    BroadcastReceiver.accept(path, options),
    BroadcastUploader.connect(path, options),
  ]);
  onTestFinished(async () => {
    await Promise.all([receiver.close(), uploader.close()]);
  });
  const send = (
    from: BroadcastReceiver | BroadcastUploader,
    type: string,
    content: InputMessage | PageNotice,
  ) => from.send(type, ...messageContent(content));
  return { receiver, uploader, send };
}

const options = { numRuns: 500 };

test("inputs reach the uploader unchanged, large ones included", async () => {
  const { receiver, uploader, send } = await connected();
  const messages = uploader.messages({ types: [inputMessageType] });
  const arrives = async (input: InputMessage) => {
    send(receiver as BroadcastReceiver, inputMessageType, input);
    const { data, payload } = (await messages.next()).value ?? {};
    expect(parseInputMessage(data, payload)).toEqual(input);
  };
  await fc.assert(fc.asyncProperty(inputs, arrives), options);
  await arrives({ kind: "paste", text: "\u{20ac}".repeat(1_000_000) });
});

test("page notices reach the receiver unchanged, large ones included", async () => {
  const { receiver, uploader, send } = await connected();
  const messages = receiver.messages({ types: [pageNoticeType] });
  const arrives = async (notice: PageNotice) => {
    send(uploader as BroadcastUploader, pageNoticeType, notice);
    const { data, payload } = (await messages.next()).value ?? {};
    expect(parsePageNotice(data, payload)).toEqual(notice);
  };
  await fc.assert(fc.asyncProperty(notices, arrives), options);
  const place = { x: 0.5, y: 0.5, width: 0.1, height: 0.1 };
  const picker = { kind: "picker", id: "1", type: "select", ...place } as const;
  const label = (value: number) => ({
    value: `${value}`,
    label: `a long label of option ${value}`.repeat(20),
  });
  await arrives({ ...picker, options: Array.from({ length: 1000 }, (_, value) => label(value)) });
});
