// Records every frame of capture.mjs to a file with ffmpeg, which must be on PATH. Start both, in any order.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";

const file = process.argv[2] ?? "recorded.mp4";
const receiver = await BroadcastReceiver.accept(socketPath("recorder"), {
  demand: { video: { delivery: "all" }, audio: null },
  format: "RGBA",
});

// ffmpeg uses the arrival time of each frame. @broadcast-ipc/recorder records the frames' own timestamps, and audio.
const timing = ["-use_wallclock_as_timestamps", "1"];
const output = ["-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

let ffmpeg;
let count = 0;
for await (const { codedWidth, codedHeight, data } of receiver.samples({ type: "image" })) {
  const input = ["-f", "rawvideo", "-pixel_format", "rgba", "-video_size", `${codedWidth}x${codedHeight}`];
  ffmpeg ??= spawn("ffmpeg", ["-v", "error", ...input, ...timing, "-i", "pipe:0", ...output, "-y", file], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  // The loop waits until ffmpeg has read the frame. A slow ffmpeg slows down the uploader, so memory stays bounded.
  if (!ffmpeg.stdin.write(data)) await once(ffmpeg.stdin, "drain");
  count++;
}
if (ffmpeg) {
  ffmpeg.stdin.end();
  await once(ffmpeg, "close");
}
console.log(`${count} frames in ${file}`);
