import { describe, expect, test } from "vitest";
import { reasonIn, reasonOfEnd } from "../src/ffmpeg/failure-reason.ts";

/** What ffmpeg 5.1 prints about an output before it fails. */
const output = `Stream mapping:
  Stream #0:0 -> #0:0 (rawvideo (native) -> rawvideo (native))
Output #0, rawvideo, to 'pipe:1':
  Metadata:
    encoder         : Lavf59.27.100
  Stream #0:0: Video: rawvideo (BGR[0] / 0x524742), bgr0(progressive), 1280x1024, q=2-31, 314572 kb/s, 10 fps, 10 tbn
    Metadata:
      encoder         : Lavc59.37.100 rawvideo
`;

/** What ffmpeg prints when it ends, whether it failed or not. */
const statistics = `frame=   12 fps= 10 q=-0.0 Lsize=   61440kB time=00:00:01.20 bitrate=419430.4kbits/s speed=1.02x    
video:61440kB audio:0kB subtitle:0kB other streams:0kB global headers:0kB muxing overhead: 0.000000%
`;

// Each log is the output of a real run of ffmpeg or ffprobe 5.1, but for the one of ffmpeg 7.
test.each([
  ["a missing file", "file:/nope.mp4: No such file or directory\n", "No such file or directory"],
  [
    "a missing file in the words of ffmpeg 7",
    `[in#0 @ 0x5581c7453880] Error opening input: No such file or directory
Error opening input file /nope.mp4.
Error opening input files: No such file or directory
`,
    "No such file or directory",
  ],
  ["a file without read permission", "file:/tmp/secret.mp4: Permission denied\n", "Permission denied"],
  ["a folder", "file:/tmp: Is a directory\n", "it is a folder (Is a directory)"],
  [
    "a text file",
    `[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5581c7453880] Format mov,mp4,m4a,3gp,3g2,mj2 detected only with low score of 1, misdetection possible!
[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5581c7453880] moov atom not found
file:text.mp4: Invalid data found when processing input
`,
    "it is not a video file, or the file is damaged or incomplete",
  ],
  [
    "a missing display",
    "[x11grab @ 0x562f65b49880] Cannot open display :99, error 1.\n:99: Input/output error\n",
    "there is no X server at display :99, or it refuses this user",
  ],
  [
    "a missing window",
    "[x11grab @ 0x55b16b428940] Can't find window '0x400001', aborting.\n:77: Generic error in an external library\n",
    "there is no window 0x400001 on the display",
  ],
  [
    "a screen that became smaller",
    `${output}[x11grab @ 0x557ebab89980] Cannot get the image data event_error: response_type:0 error_code:8 sequence:58 resource_id:2097152 minor_code:4 major_code:130.
[x11grab @ 0x557ebab89980] Continuing without shared memory.
[x11grab @ 0x557ebab89980] Cannot get the image data event_error: response_type:0 error_code:8 sequence:59 resource_id:1293 minor_code:0 major_code:73.
:77: Permission denied
${statistics}`,
    "the screen or the window that it captures became smaller or was closed",
  ],
  [
    "an X server that was killed",
    `${output}[x11grab @ 0x55860a151940] Failed to query xcb pointer\n:78: Generic error in an external library\n${statistics}`,
    "the X server, or the window that it captures, has ended",
  ],
  [
    "an unknown encoder",
    `Input #0, lavfi, from 'testsrc2=duration=1':
  Duration: N/A, start: 0.000000, bitrate: N/A
  Stream #0:0: Video: rawvideo (I420 / 0x30323449), yuv420p, 320x240 [SAR 1:1 DAR 4:3], 25 tbr, 25 tbn
Unknown encoder 'nope'
`,
    "this ffmpeg has no encoder nope",
  ],
  [
    "an unknown filter",
    `[AVFilterGraph @ 0x55be7ff0c200] No such filter: 'nope'
Error reinitializing filters!
Failed to inject frame into filter network: Invalid argument
Error while processing the decoded data for stream #0:0
Conversion failed!
`,
    "this ffmpeg has no filter nope",
  ],
  [
    "an unknown option",
    "Unrecognized option 'nope'.\nError splitting the argument list: Option not found\n",
    "this ffmpeg has no option -nope",
  ],
  ["an unknown input format", "Unknown input format: 'nope'\n", "this ffmpeg has no input format nope"],
  [
    "an unknown output format",
    "[NULL @ 0x559ddbc6e740] Unable to find a suitable output format for 'x.nope'\nx.nope: Invalid argument\n",
    "this ffmpeg has no output format for x.nope",
  ],
  [
    "a missing stream",
    "Stream map '0:a:0' matches no streams.\nTo ignore this, add a trailing '?' to the map.\n",
    "its input has no stream 0:a:0",
  ],
  [
    "a full disk",
    `${output}av_interleaved_write_frame(): No space left on device
    Last message repeated 1 times
Error writing trailer of full/x.avi: No space left on device
${statistics}Error closing file full/x.avi: No space left on device
Conversion failed!
`,
    "the disk is full (No space left on device)",
  ],
  [
    "a closed pipe",
    `${output}av_interleaved_write_frame(): Broken pipe
    Last message repeated 1 times
Error writing trailer of pipe:1: Broken pipe
${statistics}Error closing file pipe:1: Broken pipe
Conversion failed!
`,
    "the program that reads its output has ended (Broken pipe)",
  ],
  [
    "SIGTERM, after which ffmpeg exits with 255, also after faults of the file",
    `${output}[mov @ 0x5581c7453880] Invalid data found when processing input\n${statistics}Exiting normally, received signal 15.\n`,
    "another program ended it with signal 15",
  ],
  [
    "an unknown line",
    `${output}[h264 @ 0x5581c7453880] Something new.\n${statistics}Conversion failed!\n`,
    "Something new",
  ],
  ["a log of statistics alone", `${output}${statistics}`, undefined],
  ["an empty log", "", undefined],
])("reasonIn() explains %s", (_, log, reason) => {
  expect(reasonIn(log)).toBe(reason);
});

describe("reasonOfEnd", () => {
  test.each([
    ["SIGKILL", "another program killed it, or the system did for lack of memory"],
    ["SIGTERM", "another program ended it"],
    ["SIGSEGV", "it crashed"],
  ] as const)("explains the end by %s, whatever the log says", (signal, reason) => {
    expect(reasonOfEnd("file:film.mp4: Invalid data found when processing input\n", signal)).toBe(reason);
  });

  test("says so if ffmpeg exits without a reason", () => {
    expect(reasonOfEnd(statistics, null)).toBe("it gave no reason");
  });
});
