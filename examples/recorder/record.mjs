// Records every picture that another process uploads (delivery "all") to a file, through the ffmpeg on PATH.
// Start it together with capture.mjs, in any order:  node examples/recorder/record.mjs [recorded.mp4]
//
// ffmpeg takes a picture's arrival for its time, which will do for a live broadcast. The demo's recorder
// (apps/demo/src/recording) hands on timestamps and sound as well.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";

const file = process.argv[2] ?? "recorded.mp4";
const receiver = await BroadcastReceiver.accept(socketPath("recorder"), {
  demand: { video: { delivery: "all" }, audio: null },
  format: "RGBA",
});

let ffmpeg;
let count = 0;
for await (const { codedWidth, codedHeight, data } of receiver) {
  if (!ffmpeg) {
    const input = ["-f", "rawvideo", "-pixel_format", "rgba", "-video_size", `${codedWidth}x${codedHeight}`];
    const timing = ["-use_wallclock_as_timestamps", "1", "-i", "pipe:0", "-fps_mode", "passthrough"];
    const output = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-y", file];
    ffmpeg = spawn("ffmpeg", ["-v", "error", ...input, ...timing, ...output], {
      stdio: ["pipe", "inherit", "inherit"],
    });
  }
  // The next picture is asked for when ffmpeg has taken this one: a slow one slows down the uploader, and no memory fills up.
  if (!ffmpeg.stdin.write(data)) await once(ffmpeg.stdin, "drain");
  count++;
}
if (ffmpeg) {
  ffmpeg.stdin.end();
  await once(ffmpeg, "close");
}
console.log(`${count} pictures in ${file}`);
