/** What the programs of a document print, in the order of the programs. */
export const outputs: Readonly<Record<string, readonly RegExp[]>> = {
  "packages/audio-codec/README.md": [/^480 frames at 48000 Hz\n$/, /^960\n$/],
  "packages/clock/README.md": [/^\{ p50: [\d.]+, p95: [\d.]+, max: [\d.]+ \}\n$/],
  "packages/image-codec/README.md": [
    /^1280x720 BGRA\n2764800 bytes of RGB\n$/,
    /^jpeg, \d+ bytes\n3686400 bytes of BGRA\nBGRA, 3686400 bytes\n$/,
    /^everything: \d+ bytes, damage undefined\none pixel: \d\d bytes, damage \[\{.*\}\]\nnothing: 0 bytes, damage \[\]\n$/,
  ],
  "packages/ipc-channel/README.md": [
    /^parent got \{ type: 'image', width: 2, height: 2 \}[\s\S]*child got \{ type: 'thanks', bytes: 16 \}\n\{ by: 'peer', code: 'closed' \}\n$/,
  ],
  "packages/live-view/README.md": [/^listening at \{ address: '127.0.0.1'/],
  // There is no server at this address. The LiveKit library prints to stdout too.
  "packages/livekit-publisher/README.md": [
    /^connecting to ws:\/\/127\.0\.0\.1:1\n[\s\S]*LiveKitPublisherError: cannot connect to ws:\/\/127\.0\.0\.1:1: /,
  ],
  "packages/page-capture/README.md": [
    /^jpeg, 1280 x 720, \d+ bytes\n\{ reason: 'uploader-closed' \} \{ captured: \d/,
  ],
  "packages/protocol/README.md": [
    /^frame A was replaced\n[\s\S]*\nframe B was sent\nno longer needed: frame B\n$/,
  ],
  "packages/receiver/README.md": [
    /^message from the receiver: click \{ x: 10, y: 20 \}\nmessage from the uploader: title a page\n(screen: 640x480 RGBA\n){5}\{ received: /,
    // The two processes of this program print in any order.
    /^(?=[\s\S]*clicked at 10, 20\n)(?=[\s\S]*the page is called a page\n)(?=[\s\S]*80 frames of audio\n)(?=[\s\S]*640x480 RGBA\n)(.+\n){4}$/,
    /^640x480\ninterrupted: The source has ended\.\n$/,
  ],
  "packages/recorder/README.md": [/^25 frames, \d\.\d s, written\n$/],
  "packages/shared-memory/README.md": [/^60 frames through (shared memory \((koffi|node:ffi)\)|socket)\n$/],
  "packages/uploader/README.md": [
    /^(frame \d, 1228800 bytes\n){5}capture ended: ERR_IPC_CLOSED\n\{ by: 'peer', code: 'closed' \} \{\n/,
    // The recorder may get its first frame late, and the recording begins with the newest frame then.
    /^(?=[\s\S]*recorded: \d+ frames\n)(?:(shown: \d+|recorded: [123]\d frames)\n)+$/,
  ],
};
