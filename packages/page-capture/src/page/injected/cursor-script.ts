import { cursorOf } from "./cursor-of.ts";
import { listen, targetOf } from "./events.ts";
import { install } from "./install.ts";

const pointerEvents = ["mousemove", "mouseover", "mousedown", "mouseup", "click"];

install(({ report }) => {
  let target: Element | undefined;
  let x = -1;
  let y = -1;
  let movedAt = 0;
  let reported: string | undefined;
  let frame = 0;

  const check = () => {
    frame = 0;
    if (!target?.isConnected) target = elementAt(x, y);
    if (!target || isFrame(target)) return;
    const cursor = cursorOf(target, x, y);
    if (cursor !== reported) report({ cursor, movedAt });
    reported = cursor;
  };
  const schedule = () => {
    frame ||= requestAnimationFrame(check);
  };

  const stops = [
    listen(pointerEvents, (event) => {
      ({ clientX: x, clientY: y } = event as MouseEvent);
      target = targetOf(event);
      movedAt = Date.now();
      schedule();
    }),
    // These events can change the element under the pointer without a mouse event.
    listen(["scroll", "keydown", "keyup"], () => {
      if (x < 0) return;
      target = undefined;
      schedule();
    }),
    // Pages usually show that they are busy, or that something is dragged, by a class or style of the root or the body.
    observeRoot(() => x >= 0 && schedule()),
  ];
  return {
    /** Called when the pointer was over another document at `time`. An iframe of another site gets no event for that. */
    left(time: number) {
      reported = undefined;
      if (movedAt > time) schedule();
      else x = -1;
    },
    stop() {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    },
  };
});

function isFrame(element: Element): boolean {
  return element.matches("iframe, frame, object, embed");
}

function elementAt(x: number, y: number): Element | undefined {
  let element = document.elementFromPoint(x, y);
  while (element?.shadowRoot) {
    const inner = element.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === element) break;
    element = inner;
  }
  return element ?? undefined;
}

function observeRoot(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const observe = () => {
    for (const element of [document.documentElement, document.body])
      if (element) observer.observe(element, { attributes: true, attributeFilter: ["class", "style"] });
  };
  observe();
  document.addEventListener("DOMContentLoaded", observe, { once: true });
  return () => {
    document.removeEventListener("DOMContentLoaded", observe);
    observer.disconnect();
  };
}
