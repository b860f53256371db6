import "uplot/dist/uPlot.min.css";
import "./page.css";
import "./header.css";
import "./controls.css";
import "./figures.css";
import { Announcer } from "./announcer.ts";
import { ClockSync } from "./clock-sync.ts";
import { DamageOverlay } from "./damage-overlay.ts";
import { DemandForm } from "./demand-form.ts";
import { Figures } from "./figures.ts";
import { LiveLink } from "./live-link.ts";
import type { PageMessage, PictureMessage } from "./page-messages.ts";
import { PageState, type PageStateName } from "./page-state.ts";
import { PictureView } from "./picture-view.ts";
import { Silence } from "./silence.ts";
import { SoundButton } from "./sound-button.ts";
import { SoundPlayer } from "./sound-player.ts";
import { Stall } from "./stall.ts";
import { TakeOverNotes } from "./take-over-notes.ts";

/** Milliseconds without a picture after which the page says so. */
const stillTime = 2_000;
/** Milliseconds in which a whole picture is asked for once at most. */
const refreshInterval = 1_000;

const picture = find("#picture", HTMLCanvasElement);
const killButton = find("#kill", HTMLButtonElement);
const state = new PageState({
  body: document.body,
  status: find("#status", HTMLElement),
  notice: find("#notice", HTMLElement),
  spoken: find("#reason", HTMLElement),
});
const news = new Announcer(find("#news", HTMLElement));
const view = new PictureView(picture);
const overlay = new DamageOverlay(find("#damage", HTMLCanvasElement));
const clock = new ClockSync();
const figures = new Figures(document);
const silence = new Silence();
const form = new DemandForm(find("#demand", HTMLFormElement), (demand) =>
  link.send({ type: "demand", ...demand }),
);
const player = new SoundPlayer();
const soundButton = new SoundButton(find("#sound", HTMLButtonElement), player, (on) =>
  link.send({ type: "sound", on }),
);
const takeOver = new TakeOverNotes(picture, document.body, (input) => link.send({ type: "input", input }));
const stall = new Stall(find("#stall", HTMLButtonElement), {
  onStart() {
    skipped = figures.drops;
    const notice =
      "For 5 seconds this page acknowledges nothing. Nothing piles up for it, and others see no difference.";
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
let lastPicture = 0;
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
    if (player.isOn) link.send({ type: "sound", on: true });
  },
  onPicture(message, data, acknowledge) {
    figures.countBytes(data.byteLength);
    show(message, data, acknowledge);
  },
  onAudio(message, data) {
    figures.countBytes(data.byteLength);
    player.play(message, data);
  },
  onMessage: receive,
  onLost() {
    if (state.name !== "ended") enter("lost", "The app does not answer. Trying again.");
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
  if (state.name === "live" && performance.now() - lastPicture > stillTime) enter("still");
}, 500);
setInterval(() => state.name === "interrupted" && tellSilence(), 100);
setInterval(askForTime, 1_000);

function receive(message: Exclude<PageMessage, { readonly type: "picture" | "audio" }>): void {
  switch (message.type) {
    case "hello":
      isSameClock = message.sameClock ?? true;
      figures.describe(message);
      soundButton.offer(message.sound);
      takesInput = message.input;
      killButton.hidden = !message.kill;
      if (state.name === "connecting" || state.name === "lost") {
        enter("connecting", "Waiting for the first picture.");
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
      news.say(`Pictures cannot be made like this: ${message.reason}.`);
      break;
    case "resumed":
      silence.resume(message.timestamp);
      break;
    default:
      silence.begin(message);
      tellSilence();
  }
}

async function show(message: PictureMessage, data: ArrayBuffer, acknowledge: () => void): Promise<void> {
  try {
    await view.show(message, data);
    noteShown(message);
  } catch (error) {
    console.warn(`Picture ${message.sequence} could not be shown:`, error);
    askForWhole();
  }
  await visible();
  await stall.over();
  acknowledge();
}

function noteShown(message: PictureMessage): void {
  const age = isSameClock ? clock.since(message.timestamp) : undefined;
  lastPicture = performance.now();
  overlay.show(message);
  document.body.dataset.encoding = "encoding" in message ? message.encoding : "raw";
  takeOver.rotation = message.rotation ?? 0;
  form.learnSize(message);
  figures.countShown(message, age);
  if (silence.message !== undefined) {
    if (!silence.endsWith(message)) return;
    news.say(`The picture was back after ${silence.seconds.toFixed(2)} seconds.`);
    silence.forget();
  }
  if (stall.isOn) return;
  if (isBackFromStall) {
    isBackFromStall = false;
    const howOld = age === undefined ? "the newest" : `${age.toFixed(0)} ms old`;
    news.say(`Back at once: this picture is ${howOld}, and about ${figures.drops - skipped} were skipped.`);
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

/** Offers what can be done as things stand. */
function offer(): void {
  // Who is typing when the capture process is killed goes on typing when it is back.
  takeOver.offer(takesInput && (state.isWatching || state.name === "interrupted"));
  stall.offer(state.isWatching);
  killButton.ariaDisabled = String(!state.isWatching);
}

function askForWhole(): void {
  if (performance.now() - lastRefresh < refreshInterval) return;
  lastRefresh = performance.now();
  link.send({ type: "refresh" });
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
