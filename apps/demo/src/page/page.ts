import "uplot/dist/uPlot.min.css";
import "./page.css";
import "./header.css";
import "./audio-button.css";
import "./controls.css";
import "./figures.css";
import { Announcer } from "./announcer.ts";
import { AudioButton } from "./audio-button.ts";
import { AudioPlayer } from "./audio-player.ts";
import { ClockSync } from "./clock-sync.ts";
import { DamageOverlay } from "./damage-overlay.ts";
import { DemandForm } from "./demand-form.ts";
import { Figures } from "./figures.ts";
import { FrameView } from "./frame-view.ts";
import { LiveLink } from "./live-link.ts";
import type { FrameMessage, PageMessage } from "./page-messages.ts";
import { PageState, type PageStateName } from "./page-state.ts";
import { Silence } from "./silence.ts";
import { Stall } from "./stall.ts";
import { TakeOverNotes } from "./take-over-notes.ts";

/** Time without a frame after which the state changes from "live" to "still", in ms. */
const stillTime = 2_000;
/** Minimum interval between two requests for a key frame, in ms. */
const refreshInterval = 1_000;

const video = find("#video", HTMLCanvasElement);
const killButton = find("#kill", HTMLButtonElement);
const state = new PageState({
  body: document.body,
  status: find("#status", HTMLElement),
  notice: find("#notice", HTMLElement),
  spoken: find("#reason", HTMLElement),
});
const news = new Announcer(find("#news", HTMLElement));
const view = new FrameView(video);
const overlay = new DamageOverlay(find("#damage", HTMLCanvasElement));
const clock = new ClockSync();
const figures = new Figures(document);
const silence = new Silence();
const form = new DemandForm(find("#demand", HTMLFormElement), (demand) =>
  link.send({ type: "demand", ...demand }),
);
const player = new AudioPlayer();
const audioButton = new AudioButton(find("#audio", HTMLButtonElement), player, (on) =>
  link.send({ type: "audio", on }),
);
const takeOver = new TakeOverNotes(video, document.body, (input) => link.send({ type: "input", input }));
const stall = new Stall(find("#stall", HTMLButtonElement), {
  onStart() {
    skipped = figures.drops;
    const notice =
      "For 5 seconds this page acknowledges no frames. No frames queue up, and other viewers are not affected.";
    enter("stalled", notice);
  },
  onEnd() {
    isBackFromStall = true;
    if (silence.message !== undefined) tellSilence();
    else if (state.name === "stalled") enter("live");
  },
});
let isSameClock = true;
let takesInput = false;
let lastFrame = 0;
let lastRefresh = Number.NEGATIVE_INFINITY;
let skipped = 0;
let isBackFromStall = false;

const link = new LiveLink(new URL("live", location.href.replace(/^http/, "ws")).href, {
  onOpen() {
    clock.reset();
    figures.reset();
    silence.forget();
    link.send({ type: "demand", ...form.demand });
    askForTime();
    if (player.isOn) link.send({ type: "audio", on: true });
  },
  onFrame(message, data, acknowledge) {
    figures.countBytes(data.byteLength);
    show(message, data, acknowledge);
  },
  onAudio(message, data) {
    figures.countBytes(data.byteLength);
    player.play(message, data);
  },
  onMessage: receive,
  onLost() {
    if (state.name !== "ended") enter("lost", "The app does not answer. Reconnecting.");
  },
});

find("#outline", HTMLInputElement).addEventListener("change", ({ currentTarget }) => {
  overlay.turn((currentTarget as HTMLInputElement).checked);
});
killButton.addEventListener("click", () => {
  if (state.isWatching) link.send({ type: "kill" });
});
setInterval(() => {
  figures.refresh();
  if (state.name === "live" && performance.now() - lastFrame > stillTime) enter("still");
}, 500);
setInterval(() => state.name === "interrupted" && tellSilence(), 100);
setInterval(askForTime, 1_000);

function receive(message: Exclude<PageMessage, { readonly type: "frame" | "audio" }>): void {
  switch (message.type) {
    case "hello":
      isSameClock = message.sameClock ?? true;
      figures.describe(message);
      audioButton.offer(message.audio);
      takesInput = message.input;
      killButton.hidden = !message.kill;
      if (state.name === "connecting" || state.name === "lost") {
        enter("connecting", "Waiting for the first frame.");
      }
      offer();
      break;
    case "figures":
      figures.showUpstream(message);
      break;
    case "time":
      clock.learn(message);
      if (!clock.isKnown) askForTime();
      break;
    case "failed":
      news.say(`Frames cannot be encoded as requested: ${message.reason}.`);
      break;
    case "resumed":
      silence.resume(message.timestamp);
      break;
    default:
      silence.begin(message);
      tellSilence();
  }
}

async function show(message: FrameMessage, data: ArrayBuffer, acknowledge: () => void): Promise<void> {
  try {
    await view.show(message, data);
    noteShown(message);
  } catch (error) {
    console.warn(`Frame ${message.sequence} could not be shown:`, error);
    askForWhole();
  }
  await visible();
  await stall.over();
  acknowledge();
}

function noteShown(message: FrameMessage): void {
  const age = isSameClock ? clock.since(message.timestamp) : undefined;
  lastFrame = performance.now();
  overlay.show(message);
  document.body.dataset.encoding = "encoding" in message ? message.encoding : "raw";
  takeOver.rotation = message.rotation ?? 0;
  form.learnSize(message);
  figures.countShown(message, age);
  if (silence.message !== undefined) {
    if (!silence.endsWith(message)) return;
    news.say(`Video resumed after ${silence.seconds.toFixed(2)} seconds.`);
    silence.forget();
  }
  if (stall.isOn) return;
  if (isBackFromStall) {
    isBackFromStall = false;
    const howOld = age === undefined ? "the newest one" : `${age.toFixed(0)} ms old`;
    news.say(
      `Resumed at once: this frame is ${howOld}; about ${figures.drops - skipped} frames were skipped.`,
    );
  }
  enter("live");
}

function tellSilence(): void {
  const { message } = silence;
  if (message === undefined) return;
  enter(message.type, message.reason, message.type === "ended" ? "" : `${silence.seconds.toFixed(1)} s`);
}

function enter(name: PageStateName, reason?: string, time?: string): void {
  state.enter(name, reason, time);
  offer();
}

/** Enables or disables the controls according to the current state. */
function offer(): void {
  // Input stays enabled while the capture process restarts, so that the video keeps the keyboard focus.
  takeOver.offer(takesInput && (state.isWatching || state.name === "interrupted"));
  stall.offer(state.isWatching);
  killButton.ariaDisabled = String(!state.isWatching);
}

function askForWhole(): void {
  if (performance.now() - lastRefresh < refreshInterval) return;
  lastRefresh = performance.now();
  link.send({ type: "refresh" });
}

/** Resolves when the page is visible. A hidden page acknowledges no frames, so the app sends no frames to it. */
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
