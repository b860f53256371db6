import { ClockSync } from "./clock-sync.ts";
import { Figures } from "./figures.ts";
import { LiveLink } from "./live-link.ts";
import type { PictureMessage } from "./page-messages.ts";
import { PageState } from "./page-state.ts";
import { PictureView } from "./picture-view.ts";
import { SoundButton } from "./sound-button.ts";
import { SoundPlayer } from "./sound-player.ts";
import { Sparkline } from "./sparkline.ts";

/** Milliseconds without a picture after which the page says so. */
const stallTime = 2_000;

const state = new PageState(document.body, find("#status", HTMLElement), find("#notice", HTMLElement));
const view = new PictureView(find("#picture", HTMLCanvasElement));
const clock = new ClockSync();
const figures = new Figures(
  document,
  new Sparkline(find("#rate-line", HTMLCanvasElement)),
  new Sparkline(find("#age-line", HTMLCanvasElement)),
);
const player = new SoundPlayer();
const soundButton = new SoundButton(find("#sound", HTMLButtonElement), player, (on) =>
  link.send({ type: "sound", on }),
);
let isSameClock = true;
let lastPicture = 0;

const link = new LiveLink(new URL("live", location.href.replace(/^http/, "ws")).href, {
  onOpen() {
    clock.reset();
    figures.reset();
    askForTime();
    if (player.isOn) link.send({ type: "sound", on: true });
  },
  onPicture(message, data) {
    lastPicture = performance.now();
    state.enter("live");
    figures.countBytes(data.byteLength);
    show(message, data);
  },
  onAudio(message, data) {
    figures.countBytes(data.byteLength);
    player.play(message, data);
  },
  onMessage(message) {
    switch (message.type) {
      case "hello":
        isSameClock = message.sameClock ?? true;
        figures.describe(message);
        soundButton.offer(message.sound);
        if (state.name === "connecting" || state.name === "lost") {
          state.enter("connecting", "Waiting for the first picture");
        }
        break;
      case "figures":
        figures.showUpstream(message);
        break;
      case "time":
        clock.learn(message);
        if (!clock.isKnown) askForTime();
        break;
      case "ended":
        state.enter("ended", message.reason);
    }
  },
  onLost() {
    if (state.name !== "ended") state.enter("lost", "The app does not answer. Trying again.");
  },
});

setInterval(() => {
  figures.refresh();
  if (state.name === "live" && performance.now() - lastPicture > stallTime) state.enter("stalled");
}, 500);
setInterval(askForTime, 1_000);

async function show(message: PictureMessage, data: ArrayBuffer): Promise<void> {
  try {
    const isDrawn = await view.show(message, data);
    if (isDrawn) figures.countShown(message, isSameClock ? clock.since(message.timestamp) : undefined);
  } catch (error) {
    console.warn(`Picture ${message.sequence} could not be shown:`, error);
  }
  await visible();
  link.send({ type: "shown", sequence: message.sequence });
}

/** A page that nobody sees asks for no more pictures; the newest one waits for it. */
async function visible(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

function askForTime(): void {
  link.send({ type: "time", sent: ClockSync.now() });
}

function find<E extends HTMLElement>(selector: string, kind: { new (): E; prototype: E }): E {
  const element = document.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${selector}`);
}
