import type { RemoteParticipant } from "@livekit/rtc-node";
import { describe, expect, test } from "vitest";
import { admission } from "../../src/input/admission.ts";

const ann = { identity: "ann" } as RemoteParticipant;

function ask(allowInput: () => unknown) {
  const failures: unknown[] = [];
  const isAdmitted = admission(allowInput, (error) => failures.push(error))(ann);
  return { isAdmitted, failures };
}

describe("admission", () => {
  test.each([
    [true, true],
    [false, false],
    [false, undefined],
    [false, ""],
  ])("is %j for %j", (isAdmitted, answer) => {
    expect(ask(() => answer)).toEqual({ isAdmitted, failures: [] });
  });

  test.each([
    ["object", Promise.resolve(true)],
    ["string", "true"],
  ])("is false for an %s, which it reports", (type, answer) => {
    const message = `allowInput must return a boolean, got ${type}`;
    expect(ask(() => answer)).toEqual({ isAdmitted: false, failures: [new TypeError(message)] });
  });

  test("is false if the function throws, and reports the error", () => {
    const error = new Error("no database");
    const fail = () => {
      throw error;
    };
    expect(ask(fail)).toEqual({ isAdmitted: false, failures: [error] });
  });
});
