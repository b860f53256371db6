import { describe, expect, test } from "vitest";
import { Admission, type AdmissionOptions } from "../../src/handshake/admission.ts";

interface Result {
  readonly name: string;
  isGone: boolean;
  isClosed: boolean;
}

const resultOf = (name: string): Result => ({ name, isGone: false, isClosed: false });

/** Returns an admission that allows 2 pending peers and 2 untaken results, and the list of errors passed to onRefused. */
function admissionOf(options: Partial<AdmissionOptions<Result>> = {}) {
  const refused: unknown[] = [];
  const admission = new Admission<Result>({
    maxPending: 2,
    maxUntaken: 2,
    evictionReason: () => "evicted",
    close: async (result) => {
      result.isClosed = true;
    },
    onRefused: (error) => refused.push(error),
    ...options,
  });
  return { admission, refused };
}

/** Adds a peer that is pending until `finish` is called or its signal aborts. */
function pendingPeer(admission: Admission<Result>, name: string) {
  let finish = () => {};
  const settled = admission.admit(
    ({ signal }) =>
      new Promise((resolve, reject) => {
        finish = () => resolve(resultOf(name));
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  );
  return { settled, finish: () => finish() };
}

describe("Admission", () => {
  test("yields the results in the order in which peers are admitted", async () => {
    const { admission } = admissionOf();
    const [first, second] = [pendingPeer(admission, "first"), pendingPeer(admission, "second")];
    second.finish();
    await second.settled;
    first.finish();
    const results = admission.iterate();
    expect((await results.next()).value?.name).toBe("second");
    expect((await results.next()).value?.name).toBe("first");
  });

  test("evicts the oldest pending peer when a peer over maxPending arrives, and passes the eviction reason to onRefused", async () => {
    const { admission, refused } = admissionOf();
    const peers = ["1", "2", "3"].map((name) => pendingPeer(admission, name));
    await peers[0]?.settled;
    expect(refused).toEqual(["evicted"]);
    for (const peer of peers) peer.finish();
    await Promise.all(peers.map(({ settled }) => settled));
    const results = admission.iterate();
    expect([(await results.next()).value?.name, (await results.next()).value?.name]).toEqual(["2", "3"]);
  });

  test("passes the error of a refused peer to onRefused, even if the peer's controller was aborted", async () => {
    const { admission, refused } = admissionOf();
    await admission.admit(() => Promise.reject("unauthorized"));
    await admission.admit(async (controller) => {
      controller.abort("too late");
      controller.signal.throwIfAborted();
      return resultOf("late");
    });
    expect(refused).toEqual(["unauthorized", "too late"]);
  });

  test("returns false from makeRoom() while maxUntaken results wait, and true once isGone() is true for one of them", async () => {
    const { admission } = admissionOf({ isGone: (result) => result.isGone });
    const results = [resultOf("1"), resultOf("2")];
    for (const result of results) {
      expect(admission.makeRoom()).toBe(true);
      await admission.admit(async () => result);
    }
    expect(admission.makeRoom()).toBe(false);
    for (const result of results) result.isGone = result.name === "1";
    expect(admission.makeRoom()).toBe(true);
    expect((await admission.iterate().next()).value?.name).toBe("2");
  });

  test("close() ends the iteration, closes untaken results and aborts pending peers, without calling onRefused", async () => {
    const { admission, refused } = admissionOf();
    const untaken = resultOf("untaken");
    await admission.admit(async () => untaken);
    const pending = pendingPeer(admission, "pending");
    await admission.close();
    expect(untaken.isClosed).toBe(true);
    await pending.settled;
    expect(refused).toEqual([]);
    expect((await admission.iterate().next()).done).toBe(true);
  });

  test("aborts the signal of new peers after close(), and closes the result of an admission that was still pending", async () => {
    const { admission, refused } = admissionOf();
    const late = resultOf("late");
    let finish: (result: Result) => void = () => {};
    const underWay = admission.admit(() => new Promise((resolve) => (finish = resolve)));
    await admission.close();
    finish(late);
    await underWay;
    expect(late.isClosed).toBe(true);
    await pendingPeer(admission, "after").settled;
    expect(refused).toEqual([]);
  });
});
