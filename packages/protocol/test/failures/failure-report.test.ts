import { setImmediate } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { FailureReport, parseReceiverMessage, warnOfFailure } from "../../src/index.ts";
import type { FailureMessage } from "../../src/wire/messages.ts";

class CodedError extends Error {
  readonly code: string;

  constructor(code: string, message = "why") {
    super(message);
    this.code = code;
  }
}

let uploaders = 0;

/** A report with a new uploader id. The process remembers the warnings of each id, so each test needs its own id. */
function reported({ hasListener = false, name = "screen" } = {}) {
  const id = `uploader ${uploaders++}`;
  const emitted: unknown[] = [];
  const sent: FailureMessage[] = [];
  const open = () =>
    new FailureReport({
      side: "receiver",
      emit: (error) => emitted.push(error) > 0 && hasListener,
      uploader: () => ({ id, name }),
    });
  const report = open();
  report.connect(async (message) => void sent.push(message));
  return { report, open, emitted, sent };
}

interface Warning {
  readonly message: string;
  readonly type: string;
  readonly code: string;
}

/** Collects the process warnings of the test instead of printing them. */
function warnings(): Warning[] {
  const seen: Warning[] = [];
  const spy = vi.spyOn(process, "emitWarning").mockImplementation((message, options) => {
    seen.push({ message: String(message), ...(options as unknown as Omit<Warning, "message">) });
  });
  onTestFinished(() => spy.mockRestore());
  return seen;
}

describe("FailureReport.report()", () => {
  it("emits the error, and emits a process warning only without a listener", async () => {
    const seen = warnings();
    const withListener = reported({ hasListener: true });
    const withoutListener = reported();
    const error = new CodedError("ERR_A");
    withListener.report.report(error);
    withoutListener.report.report(error);
    await setImmediate();
    expect([withListener.emitted, withoutListener.emitted]).toEqual([[error], [error]]);
    expect(seen).toMatchObject([{ type: "BroadcastIPCWarning", code: "ERR_A" }]);
    expect(seen[0]?.message).toContain("why");
  });

  it("emits one warning for each code and lane, even if the uploader reconnects", async () => {
    const seen = warnings();
    const { report, open } = reported();
    for (const connection of [report, open()]) {
      for (let count = 0; count < 3; count++) {
        connection.report(new CodedError("ERR_A", `attempt ${count}`), "video");
        connection.report(new CodedError("ERR_B"), "video");
        connection.report(new CodedError("ERR_A"), "audio");
      }
    }
    reported().report.report(new CodedError("ERR_A"), "video");
    await setImmediate();
    expect(seen).toMatchObject([{ code: "ERR_A" }, { code: "ERR_B" }, { code: "ERR_A" }, { code: "ERR_A" }]);
  });

  it.each([
    [new TypeError("wrong"), "TypeError"],
    ["a string", "Error"],
    [undefined, "Error"],
    [null, "Error"],
    [{ code: 5 }, "Error"],
  ])("emits a warning for any thrown value: %s", async (error, code) => {
    const seen = warnings();
    reported().report.report(error);
    await setImmediate();
    expect(seen).toMatchObject([{ code }]);
  });

  it.each(["a string", undefined, null, 5, Object.create(null), { code: "ERR_A" }])(
    "emits an Error whose cause is the thrown value: %o",
    async (thrown) => {
      const { report, emitted, sent } = reported({ hasListener: true });
      report.report(thrown);
      report.tell(thrown, "video");
      await setImmediate();
      expect(emitted).toHaveLength(2);
      for (const error of emitted) {
        expect(error).toBeInstanceOf(Error);
        expect((error as Error).cause).toBe(thrown);
      }
      const code = thrown?.code ?? "Error";
      expect(sent).toMatchObject([{ lane: "video", code }]);
    },
  );

  it("emits an Error of another realm unchanged", async () => {
    const { report, emitted } = reported({ hasListener: true });
    const error = runInNewContext("new TypeError('why')");
    report.report(error);
    await setImmediate();
    expect(emitted[0]).toBe(error);
  });

  it("removes control characters from the peer's name, code and message in a warning", async () => {
    const seen = warnings();
    const { report } = reported({ name: "a\u001b[31m\u009bred" });
    report.hear({ type: "failure", code: "ERR\u001b[2J", message: "\u001b]0;title\u0007" });
    await setImmediate();
    const [warning] = seen;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for control characters.
    expect(`${warning?.message}${warning?.code}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it("emits at most 16 warnings for each uploader, and forgets the oldest of 300 uploaders", async () => {
    const seen = warnings();
    const { report } = reported();
    for (let count = 0; count < 1000; count++) {
      report.hear({ type: "failure", lane: `lane ${count}`, code: `ERR_${count}`, message: "why" });
    }
    await setImmediate();
    expect(seen).toHaveLength(16);
    const places = Array.from({ length: 300 }, (_, count) => ({
      id: `place ${count}`,
      label: "",
      detail: "",
    }));
    for (const place of places) warnOfFailure(new CodedError("ERR_A"), place);
    warnOfFailure(new CodedError("ERR_A"), places.at(-1) as (typeof places)[0]);
    warnOfFailure(new CodedError("ERR_A"), places[0] as (typeof places)[0]);
    await setImmediate();
    expect(seen).toHaveLength(16 + 301);
  });
});

describe("FailureReport.tell()", () => {
  it("sends one message for each code and lane, and repeats the messages after a new demand or connection", async () => {
    const { report, sent, emitted } = reported({ hasListener: true });
    const fail = () => {
      for (let count = 0; count < 3; count++) report.tell(new CodedError("ERR_A"), "video");
      report.tell(new CodedError("ERR_A"), "audio");
      report.tell(new CodedError("ERR_A"));
    };
    fail();
    await setImmediate();
    expect(sent).toEqual([
      { type: "failure", lane: "video", code: "ERR_A", message: "why" },
      { type: "failure", lane: "audio", code: "ERR_A", message: "why" },
      { type: "failure", code: "ERR_A", message: "why" },
    ]);
    report.renew();
    fail();
    await setImmediate();
    report.disconnect();
    fail();
    report.connect(async (message) => void sent.push(message));
    fail();
    await setImmediate();
    expect(emitted).toHaveLength(20);
  });

  it("sends a failure message to the peer, unlike report() and hear()", async () => {
    const { report, sent, emitted } = reported({ hasListener: true });
    report.report(new CodedError("ERR_A"));
    report.hear({ type: "failure", lane: "video", code: "ERR_B", message: "why" });
    report.tell(new CodedError("ERR_C"));
    await setImmediate();
    expect(sent).toMatchObject([{ code: "ERR_C" }]);
    expect(emitted).toMatchObject([
      { code: "ERR_A" },
      { name: "PeerError", code: "ERR_B", lane: "video" },
      { code: "ERR_C" },
    ]);
  });

  it("keeps one message in flight and at most 32 waiting while the peer does not read", async () => {
    const { report } = reported({ hasListener: true });
    let given = 0;
    let leave: () => void = () => {};
    report.connect(
      () =>
        new Promise((resolve) => {
          given++;
          leave = resolve;
        }),
    );
    for (let round = 0; round < 100; round++) {
      report.renew();
      for (let code = 0; code < 100; code++) report.tell(new CodedError(`ERR_${code}`), "video");
      expect(given).toBe(1);
    }
    for (let left = 0; left < given; left++) {
      leave();
      await setImmediate();
    }
    expect(given).toBeLessThanOrEqual(33);
  });

  it("truncates a long code and message, so the peer can parse the failure", async () => {
    const { report, sent } = reported({ hasListener: true });
    report.tell(new CodedError("C".repeat(100), `${"m".repeat(1023)}\u{1f600}`), "video");
    await setImmediate();
    expect(parseReceiverMessage(sent[0])).toEqual(sent[0]);
    expect(sent[0]?.code).toHaveLength(64);
    expect(sent[0]?.message).toBe(`${"m".repeat(1023)}\ufffd`);
  });

  it("emits no further failure if the failure message cannot be sent", async () => {
    const { report, emitted } = reported({ hasListener: true });
    const refused = vi.fn(async () => {
      throw new CodedError("ERR_IPC_MESSAGE_TOO_LARGE");
    });
    report.connect(refused);
    report.tell(new CodedError("ERR_A"));
    await setImmediate();
    expect(refused).toHaveBeenCalledOnce();
    expect(emitted).toMatchObject([{ code: "ERR_A" }]);
  });
});
