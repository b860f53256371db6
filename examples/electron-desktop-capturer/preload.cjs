// Captures the screen and passes the frames to main.mjs, which starts and stops this.
const { contextBridge, ipcRenderer } = require("electron");

/** The raw formats that the uploader takes as they are. Chromium converts frames of other formats. */
const formats = ["I420", "NV12", "BGRA", "BGRX", "RGBA", "RGBX"];

let track;

contextBridge.exposeInMainWorld("capture", {
  async start(frameRate) {
    if (track?.readyState === "live") return track.applyConstraints({ frameRate });
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate } });
    [track] = stream.getVideoTracks();
    passFrames(track);
  },
  stop() {
    track?.stop();
  },
});

async function passFrames(track) {
  // While a frame is on its way, the processor keeps only the newest of the frames after it.
  const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
  const reader = readable.getReader();
  for (;;) {
    const { done, value: frame } = await reader.read();
    if (done) return;
    const start = performance.now();
    const { width: codedWidth, height: codedHeight } = frame.visibleRect;
    const isKnown = formats.includes(frame.format);
    const format = isKnown ? frame.format : "BGRX";
    const options = isKnown ? {} : { format };
    const data = new Uint8Array(frame.allocationSize(options));
    // The layout says where each plane begins, and how long its rows are. The uploader takes it unchanged.
    const layout = await frame.copyTo(data, options);
    frame.close();
    const waited = performance.now() - start;
    await ipcRenderer.invoke("frame", { format, codedWidth, codedHeight, data, layout, waited });
  }
}
