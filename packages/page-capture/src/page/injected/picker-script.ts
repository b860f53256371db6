import { opensDatalist, updatesDatalist } from "./datalist.ts";
import { listen } from "./events.ts";
import { install } from "./install.ts";
import { candidatesOf, closeNativePopup, findNativePopup } from "./native-popup.ts";
import { OpenPicker } from "./open-picker.ts";

/** Events after which a native pop-up can be open. */
const triggers = ["mousedown", "mouseup", "click", "keydown", "keypress", "keyup", "touchend"];

/** Interval in ms of the checks for a pop-up that a script of the page opens some time after a click or key. */
const activeInterval = 200;

install(({ isConnected, report }) => {
  const hasOpen = CSS.supports("selector(:open)");
  let open: OpenPicker | undefined;
  /** The picker before the open one. Its answer can arrive late. */
  let earlier: OpenPicker | undefined;
  let candidates: Element[] = [];
  let timer: number | undefined;
  let numbers = 0;
  let isStopped = false;

  const show = (element: HTMLSelectElement | HTMLInputElement, isDatalist: boolean) => {
    if (isStopped || !isConnected()) return;
    if (isDatalist && open?.element === element) return open.check();
    open?.close();
    open = new OpenPicker(element, {
      number: ++numbers,
      isDatalist,
      report,
      closed: () => {
        earlier = open;
        open = undefined;
      },
    });
  };
  const check = () => {
    timer = undefined;
    const element = hasOpen ? findNativePopup(candidates) : undefined;
    candidates = [];
    // Without IsolatedScript, nobody could answer, so the native pop-up stays.
    if (element && isConnected()) {
      closeNativePopup(element);
      show(element, false);
    }
    if (navigator.userActivation.isActive) timer ??= setTimeout(check, activeInterval);
  };

  const stops = [
    listen(triggers, (event) => {
      candidates.push(...candidatesOf(event));
      // The timer fires after the event's default action, which opens the pop-up.
      clearTimeout(timer);
      timer = setTimeout(check);
    }),
    listen(["click", "keydown"], (event) => {
      const input = opensDatalist(event);
      // The page may still prevent the event, or remove the input.
      if (input) setTimeout(() => !event.defaultPrevented && input.isConnected && show(input, true));
    }),
    listen(["input"], (event) => {
      const input = updatesDatalist(event);
      if (input) setTimeout(() => show(input, true));
    }),
    listen(["keydown", "mousedown", "focusout", "pagehide"], (event) => open?.handle(event)),
  ];
  return {
    answer(number: number, value: string | null) {
      for (const picker of [open, earlier]) if (picker?.number === number) picker.answer(value);
    },
    element(number: number) {
      return open?.number === number ? open.element : undefined;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      open?.close();
      for (const stop of stops) stop();
    },
  };
});
