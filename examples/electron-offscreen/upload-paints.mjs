// Uploads what an offscreen window paints. The window paints only while the receiver wants video.
import { now } from "@broadcast-ipc/uploader";

/**
 * @param {import("electron").WebContents} contents
 * @param {import("@broadcast-ipc/uploader").BroadcastUploader} uploader
 */
export function uploadPaints(contents, uploader) {
  /** Size of the previous frame; `undefined` if there is none, so that the whole next frame is new to the receiver. */
  let previous = /** @type {{ width: number, height: number } | undefined} */ (undefined);

  contents.on("paint", (_details, dirty, image) => {
    if (image.isEmpty()) return;
    const timestamp = now();
    // The size and the dirty rectangle are in physical pixels: those of the page, times the device scale factor.
    const { width, height } = image.getSize();
    const isSameSize = previous?.width === width && previous.height === height;
    previous = { width, height };
    uploader.upload({
      type: "image",
      format: "BGRA",
      codedWidth: width,
      codedHeight: height,
      // A copy without gaps between the rows. It belongs to the uploader from now on, which sends it without another copy.
      data: image.toBitmap(),
      damage: isSameSize ? [inside(dirty, width, height)] : undefined,
      timestamp,
    });
  });

  /** @param {import("@broadcast-ipc/uploader").Demand} demand */
  const follow = ({ video }) => {
    if (contents.isDestroyed()) return;
    if (!video) {
      previous = undefined;
      contents.stopPainting();
      return;
    }
    // Electron accepts rates from 1 to 240.
    contents.setFrameRate(Math.min(240, Math.max(1, Math.ceil(video.maxFps ?? 60))));
    if (contents.isPainting()) return;
    contents.startPainting();
    // A page that does not change would not be painted otherwise.
    contents.invalidate();
  };
  uploader.on("demand", follow);
  follow(uploader.demand ?? { video: null, audio: null });
}

/**
 * Returns the part of a rectangle that lies inside the image.
 *
 * @param {import("electron").Rectangle} rectangle
 * @param {number} imageWidth
 * @param {number} imageHeight
 */
function inside({ x, y, width, height }, imageWidth, imageHeight) {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const right = Math.min(imageWidth, x + width);
  const bottom = Math.min(imageHeight, y + height);
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}
