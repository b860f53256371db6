// Loads a page in an offscreen window of Electron and uploads what it paints. Start this and show.mjs, in any order.
import { BroadcastUploader, socketPath } from "@broadcast-ipc/uploader";
import { app, BrowserWindow } from "electron";
import { uploadPaints } from "./upload-paints.mjs";

// Without a GPU, Electron paints straight into the bitmap. With one, each frame is copied from the GPU's memory.
app.disableHardwareAcceleration();

// A top-level `await app.whenReady()` never settles, because Electron gets ready only after this module has run.
app.whenReady().then(async () => {
  const uploader = await BroadcastUploader.connect(socketPath("two-processes"));
  const window = new BrowserWindow({
    show: false,
    width: 1280,
    height: 720,
    webPreferences: { offscreen: { deviceScaleFactor: Number(process.env.SCALE ?? 1) } },
  });
  window.on("closed", () => uploader.close());
  uploadPaints(window.webContents, uploader);
  await window.loadURL(process.argv[2] ?? "https://example.org/");
});
