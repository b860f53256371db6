import "./bundled-page.css";
import "./views.css";
import { drawFrameCode, frameCodeArea } from "../../synthetic/frame-code.ts";
import { Waves } from "./waves.ts";

const framesPerSecond = Number(new URLSearchParams(location.search).get("fps")) || 30;

const waves = new Waves(find("#waves", HTMLCanvasElement));
const code = find("#code", HTMLCanvasElement);
const codeContext = code.getContext("2d");
const codePixels = new ImageData(code.width, code.height);
const views = [...document.querySelectorAll<HTMLElement>(".view")].map(({ id }) => id);

/** Returns the element that matches the selector. Throws if there is none. */
function find<T extends Element>(selector: string, kind: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`The page has no ${selector}`);
  return element;
}

function draw(frame: number): void {
  waves.draw(performance.now() / 1000);
  find("#clock", HTMLTimeElement).textContent = new Date().toLocaleTimeString("en-GB");
  find("#frame", HTMLElement).textContent = String(frame);
  drawFrameCode(new Uint8Array(codePixels.data.buffer), code.width, code.height, frame);
  codeContext?.putImageData(codePixels, 0, 0);
}

/** Moves the canvas so that the code lies in the frameCodeArea of the whole page. */
function placeCode(): void {
  code.style.top = `${frameCodeArea(innerHeight).y - frameCodeArea(code.height).y}px`;
}

/** Shows the view named by the hash of the address. */
function showView(): void {
  const [first = ""] = views;
  const view = views.find((view) => location.hash === `#${view}`) ?? first;
  document.body.dataset.view = view;
  document.title = `broadcast-ipc: ${view}`;
  for (const link of document.querySelectorAll("nav a")) {
    link.toggleAttribute("aria-current", link.getAttribute("href") === `#${view}`);
  }
}

function say(text: string): void {
  const item = document.createElement("li");
  item.textContent = text;
  find("#messages", HTMLOListElement).prepend(item);
}

function fillList(): void {
  const items = Array.from({ length: 200 }, (_, number) => {
    const item = document.createElement("li");
    item.textContent = String(number + 1);
    item.style.setProperty("--part", String(0.1 + 0.9 * Math.abs(Math.sin(number * 0.35))));
    return item;
  });
  find("#list", HTMLUListElement).append(...items);
}

addEventListener("resize", placeCode);
addEventListener("hashchange", showView);
addEventListener("pointermove", ({ clientX, clientY }) => {
  find("#pointer", HTMLElement).textContent = `Pointer at ${Math.round(clientX)}, ${Math.round(clientY)}`;
});
find("#say", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const field = find("#message", HTMLInputElement);
  if (field.value) say(field.value);
  field.value = "";
});
find("#body", HTMLTextAreaElement).addEventListener("input", ({ target }) => {
  const { length } = (target as HTMLTextAreaElement).value;
  find("#count", HTMLOutputElement).value = length === 1 ? "1 character" : `${length} characters`;
});

say("Newest messages come first.");
fillList();
placeCode();
showView();

// The page does not draw faster than frames are captured, because the browser compresses every change on the CPU.
let frame = 0;
let due = 0;
draw(frame);
requestAnimationFrame(function next(time) {
  if (time >= due - 4) {
    due = Math.max(due + 1000 / framesPerSecond, time);
    draw(++frame);
  }
  requestAnimationFrame(next);
});
