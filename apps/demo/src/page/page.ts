import "@broadcast-ipc/live-view/element";
import "uplot/dist/uPlot.min.css";
import "./page.css";
import "./header.css";
import "./buttons.css";
import "./controls.css";
import "./figures.css";
import type { BroadcastView, ViewStateName } from "@broadcast-ipc/live-view/element";
import { Announcer } from "./announcer.ts";
import type { AppMessages } from "./app-messages.ts";
import { AudioButton } from "./audio-button.ts";
import { ChangeOutlines } from "./change-outlines.ts";
import { DemandForm } from "./demand-form.ts";
import { Figures } from "./figures.ts";
import { RecordButton } from "./record-button.ts";
import { sourceSentence } from "./source-sentence.ts";
import { Stall } from "./stall.ts";

/** What the page says about each state of the view. */
const stateNames: Readonly<Record<ViewStateName | "stalled", string>> = {
  idle: "Connecting",
  connecting: "Connecting",
  live: "Live",
  still: "Nothing moves",
  stalled: "Stalled",
  interrupted: "Interrupted",
  ended: "Ended",
  lost: "No connection",
  refused: "Turned away",
};

const view: BroadcastView = find("#view");
const killButton: HTMLButtonElement = find("#kill");
const fullscreenButton: HTMLButtonElement = find("#fullscreen");
const status: HTMLElement = find("#status");
const source: HTMLElement = find("#source");
const news = new Announcer(find("#news"));
const onNews = (sentence: string) => news.say(sentence);
const figures = new Figures(document);
const outlines = new ChangeOutlines(find("#outlines"));
const audioButton = new AudioButton(find("#audio"), view);
const recordButton = new RecordButton(find("#record"), { onNews, onClick: () => view.send("record") });
const form = new DemandForm(find("#demand"), view);
const stall = new Stall(find("#stall"), view, { onNews, onChange: showState });

view.addEventListener("statechange", showState);
view.addEventListener("frame", ({ detail }) => {
  outlines.show(detail);
  const { width, height, rotation } = detail;
  view.style.setProperty("--ratio", String(rotation % 180 === 0 ? width / height : height / width));
});
view.addEventListener("figures", ({ detail }) => {
  figures.show(detail, isWatching());
  form.learnSize(detail);
  document.body.dataset.encoding = detail.encoding ?? "";
});
view.addEventListener("error", ({ detail: { code, message } }) => {
  // The view itself shows why a viewer is turned away.
  if (code !== "ERR_VIEW_REFUSED") news.say(message);
});
view.addEventListener("message", ({ detail: { name, data } }) => receive({ name, data } as AppMessage));
find("#outline").addEventListener("change", ({ currentTarget }) => {
  outlines.turn((currentTarget as HTMLInputElement).checked);
});
killButton.addEventListener("click", () => {
  if (isWatching()) view.send("kill");
});
fullscreenButton.hidden = !document.fullscreenEnabled;
fullscreenButton.addEventListener("click", () => view.requestFullscreen());
showState();

/** A message of the app, by name. */
type AppMessage = { [Name in keyof AppMessages]: { name: Name; data: AppMessages[Name] } }[keyof AppMessages];

function receive(message: AppMessage): void {
  switch (message.name) {
    case "source":
      source.textContent = sourceSentence(message.data, matchMedia("(pointer: coarse)").matches);
      view.control = message.data.takesInput;
      audioButton.offer(message.data.hasAudio);
      break;
    case "figures":
      // Figures that were sent before the source was lost are out of date.
      if (isWatching()) figures.showSource(message.data);
      break;
    case "recording":
      recordButton.show(message.data);
  }
}

function showState(): void {
  const state = stall.isOn && isWatching() ? "stalled" : view.state;
  // An announcement is about the state in which it was made.
  if (state !== document.body.dataset.state && !(state === "live" || state === "still")) news.clear();
  document.body.dataset.state = state;
  status.textContent = stateNames[state];
  stall.offer(isWatching());
  recordButton.offer({ isConnected: isConnected(), isWatching: isWatching() });
  // Sets aria-disabled instead of `disabled`, because a disabled button would lose the keyboard focus.
  killButton.ariaDisabled = String(!isWatching());
  if (!isWatching()) figures.clear();
}

/** Whether the view shows the broadcast as it is now. */
function isWatching(): boolean {
  return view.state === "live" || view.state === "still";
}

/** Whether the app tells this page what happens. */
function isConnected(): boolean {
  return isWatching() || view.state === "interrupted";
}

function find<E extends HTMLElement>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (element === null) throw new Error(`The page has no ${selector}`);
  return element;
}
