/**
 * Counts the calls, functions and source files of this project that are needed for one raw video frame and its credit,
 * and for one message. Both ends run in this process. Counting begins after a warm-up.
 * Run it with `npm run hops -w bench`. With `--list`, it prints the name of each function.
 */
import { socketPath } from "@broadcast-ipc/ipc-channel";
import { type CallCounts, countCalls } from "./call-counter.ts";
import { channelMessages, userMessages, videoFrames } from "./workloads.ts";

const times = 1000;
const workloads = [
  {
    title: "raw 640 x 360 video frame, upload() to the next next()",
    open: (path: string) => videoFrames(path, 640, 360),
  },
  {
    title: "raw 1920 x 1080 video frame, upload() to the next next()",
    open: (path: string) => videoFrames(path, 1920, 1080),
  },
  { title: "message of an IPCChannel, send() to next()", open: channelMessages },
  { title: "message of an uploader, send() to the receiver's next()", open: userMessages },
];

for (const { title, open } of workloads) {
  const { run, close } = await open(socketPath(`hops-${process.pid}`));
  await run(times);
  const counts = await countCalls(times, () => run(times));
  await close();
  print(title, counts);
}

function print(title: string, { calls, functions, files }: CallCounts): void {
  console.log(`${title}: ${calls.toFixed(0)} calls, ${functions.length} functions, ${files.length} files`);
  if (!process.argv.includes("--list")) return;
  for (const file of files) {
    console.log(`  ${file}`);
    for (const called of functions) {
      if (called.file === file) console.log(`    ${called.calls.toFixed(1).padStart(6)}  ${called.name}`);
    }
  }
}
