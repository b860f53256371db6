import type { InputMessage } from "@broadcast-ipc/protocol";
import { expect, test } from "vitest";
import { readInputs } from "../../src/notices/input-reader.ts";

const key = (name: string): InputMessage => ({ kind: "key", event: "down", key: name, code: "" });

async function read(inputs: unknown[], isAllowed: (message: InputMessage) => boolean) {
  const performed: InputMessage[] = [];
  const failures: unknown[] = [];
  const messages = async function* () {
    for (const data of inputs) yield { data };
  };
  await readInputs(
    { messages },
    {
      signal: new AbortController().signal,
      isAllowed,
      perform: (message) => performed.push(message),
      onFailure: (error) => failures.push(error),
    },
  );
  return { performed, failures };
}

test("performs the inputs that are allowed", async () => {
  const { performed, failures } = await read(
    [key("a"), key("b"), key("c")],
    (input) => input !== undefined && "key" in input && input.key !== "b",
  );
  expect(performed).toEqual([key("a"), key("c")]);
  expect(failures).toEqual([]);
});

test.each([undefined, {}, { kind: "pointer", event: "move", x: 2, y: 0, button: "none", clickCount: 0 }])(
  "reports the invalid input %j, and continues",
  async (input) => {
    const { performed, failures } = await read([input, key("a")], () => true);
    expect(failures).toMatchObject([{ code: "ERR_PROTOCOL_INVALID_MESSAGE" }]);
    expect(performed).toEqual([key("a")]);
  },
);

test("reports an exception of the option, and ignores an answer other than true", async () => {
  const answers = ["yes", 1, new Error("no"), true];
  const { performed, failures } = await read([key("a"), key("b"), key("c"), key("d")], () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer as boolean;
  });
  expect(performed).toEqual([key("d")]);
  expect(failures).toEqual([new Error("no")]);
});
