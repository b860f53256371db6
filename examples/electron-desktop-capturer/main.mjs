// Captures the screen in a hidden window of Electron and uploads its frames. Start this and show.mjs, in any order.
import { fileURLToPath } from "node:url";
import { BroadcastUploader, now, socketPath } from "@broadcast-ipc/uploader";
import { app, BrowserWindow, desktopCapturer, ipcMain, session } from "electron";

/** @param {string} name */
const file = (name) => fileURLToPath(new URL(name, import.meta.url));

// A top-level `await app.whenReady()` never settles, because Electron gets ready only after this module has run.
app.whenReady().then(async () => {
  const uploader = await BroadcastUploader.connect(socketPath("two-processes"));

  // Decides what getDisplayMedia() captures: the first screen, without asking the user.
  session.defaultSession.setDisplayMediaRequestHandler(async (_request, callback) => {
    const thumbnailSize = { width: 0, height: 0 };
    const [screen] = await desktopCapturer.getSources({ types: ["screen"], thumbnailSize });
    callback(screen ? { video: screen } : {});
  });

  // Frames arrive from preload.cjs, one at a time. The upload is not awaited, so that a newer frame can replace this one
  // while the receiver is busy. `waited` is the time that the frame spent in the other process, in milliseconds.
  ipcMain.handle("frame", (_event, { waited, ...frame }) => {
    uploader.upload({ type: "image", ...frame, timestamp: now() - Math.round(waited * 1000) });
  });

  const window = new BrowserWindow({
    show: false,
    webPreferences: { preload: file("preload.cjs"), backgroundThrottling: false },
  });
  window.on("closed", () => uploader.close());
  await window.loadFile(file("capture.html"));

  let previous = Promise.resolve();
  /** @param {import("@broadcast-ipc/uploader").Demand} demand */
  const follow = ({ video }) => {
    const call = video ? `capture.start(${Number(video.maxFps ?? 30)})` : "capture.stop()";
    // `true` stands for the user's click, without which getDisplayMedia() rejects.
    previous = previous
      .then(() => window.webContents.executeJavaScript(call, true))
      .catch((error) => console.error("The screen cannot be captured:", error));
  };
  uploader.on("demand", follow);
  if (uploader.demand) follow(uploader.demand);
});
