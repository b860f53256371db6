// A publisher process: publish-rounds.mjs <path> <url> <token> <rounds> <isOneRoom>. Publishes an uploader again and again.
// Stays in one room, or joins the room anew each time. Prints its resources as lines of JSON, after a warm-up and at the end.
// Then releases everything, and must end by itself.
import { readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { connectRoom, LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { dispose } from "@livekit/rtc-node";

const [path, url, token, rounds, isOneRoom] = process.argv.slice(2);
/** Number of rounds after which pools, caches and threads have their full size. */
const warmUp = 8;
/** Number of frames that are handed to the encoder in each round. */
const frames = 10;

const receiver = await BroadcastReceiver.accept(path, { demand: { video: null, audio: null } });
let room = await connectRoom(url, token);

for (let round = 0; round < warmUp + Number(rounds); round++) {
  if (round === warmUp) await report();
  const publisher = await LiveKitPublisher.publish(room, receiver);
  publisher.on("failure", (error) => console.error(error));
  while (publisher.stats().video.frames < frames || !publisher.stats().audio.sid) await setTimeout(10);
  await publisher.close();
  const { by } = await publisher.ended;
  if (by !== "close") throw new Error(`the publisher was ended by the ${by}`);
  if (isOneRoom === "true") continue;
  await room.disconnect();
  room = await connectRoom(url, token);
}
await report();

await receiver.close();
await room.disconnect();
await dispose();
console.log(JSON.stringify({ closed: true }));

async function report() {
  setFlagsFromString("--expose-gc");
  await settle();
  runInNewContext("gc")();
  const { rss, heapUsed, external } = process.memoryUsage();
  console.log(JSON.stringify({ ...count(), rss, managed: heapUsed + external }));
}

function count() {
  const descriptors = readdirSync("/proc/self/fd").length;
  return { descriptors, threads: readdirSync("/proc/self/task").length };
}

/** Waits until nothing has been released for two seconds. The library closes a room's sockets only after it has left. */
async function settle() {
  let least = Number.POSITIVE_INFINITY;
  for (let since = Date.now(); Date.now() - since < 2_000; await setTimeout(100)) {
    runInNewContext("gc")();
    const { descriptors, threads } = count();
    if (descriptors + threads >= least) continue;
    least = descriptors + threads;
    since = Date.now();
  }
}
