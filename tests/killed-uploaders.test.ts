import { EventEmitter, once } from "node:events";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { expect, onTestFinished, test } from "vitest";
import { Child } from "./support/child.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

const names = Array.from({ length: 8 }, (_, index) => `uploader ${index}`);
const rounds = 5;

/** The numbers of the samples that arrived over one connection. */
interface Seen {
  readonly frames: number[];
  readonly audio: number[];
}

test("BroadcastServer serves six uploaders without interruption while two others are killed repeatedly", async () => {
  const path = await socketInTempDir();
  const server = await BroadcastReceiver.listen(path, { demand: { video: {}, audio: {} } });
  onTestFinished(() => server.close());
  const arrivals = new EventEmitter();
  /** The samples of each connection, by name of the uploader. */
  const connections = new Map(names.map((name) => [name, [] as Seen[]]));

  async function watch(receiver: BroadcastReceiver): Promise<void> {
    onTestFinished(() => receiver.close());
    const { name = "" } = receiver;
    const seen: Seen = { frames: [], audio: [] };
    connections.get(name)?.push(seen);
    try {
      for await (const { type, timestamp } of receiver) {
        seen[type === "image" ? "frames" : "audio"].push(timestamp);
        arrivals.emit(name);
      }
    } catch (error) {
      // The test killed the uploader while a message was being sent.
      expect(error).toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE" });
    }
  }
  /** Resolves when connection `ordinal` of the uploader has delivered `frames` more frames. */
  async function more(name: string, ordinal: number, frames: number): Promise<void> {
    const list = connections.get(name) ?? [];
    const before = list[ordinal]?.frames.length ?? 0;
    while ((list[ordinal]?.frames.length ?? 0) < before + frames) await once(arrivals, name);
  }
  const open = (name: string) => new Child<never>("upload.mjs", path, { name });

  (async () => {
    for await (const receiver of server) watch(receiver);
  })();
  const children = names.map(open);
  await Promise.all(names.map((name) => more(name, 0, 5)));
  const victims = names.toSorted(() => Math.random() - 0.5).slice(0, 2);
  const others = names.filter((name) => !victims.includes(name));
  for (let round = 1; round <= rounds; round++) {
    await Promise.all(
      victims.map(async (name) => {
        const at = names.indexOf(name);
        await more(name, round - 1, 1 + Math.floor(Math.random() * 20));
        await children[at]?.kill();
        children[at] = open(name);
      }),
    );
    await Promise.all(others.map((name) => more(name, 0, 10)));
    await Promise.all(victims.map((name) => more(name, round, 1)));
  }

  for (const name of victims) expect(connections.get(name)).toHaveLength(rounds + 1);
  for (const name of others) {
    const [{ frames, audio }, ...more] = connections.get(name) as [Seen];
    expect(more).toEqual([]);
    expect(frames).toEqual([...new Set(frames)].toSorted((one, other) => one - other));
    expect(audio).toEqual(audio.map((_, index) => (audio[0] as number) + index));
  }
});
