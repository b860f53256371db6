import type { DialogInput, DialogNotice } from "@broadcast-ipc/protocol";
import { makeButton, makeElement, uniqueId } from "./make-element.ts";
import { PopupCard } from "./popup-card.ts";
import type { PopupView } from "./popup-view.ts";

const titles = {
  alert: "The page says",
  confirm: "The page asks",
  prompt: "The page asks",
  beforeunload: "Leave the page?",
} as const;
const maxAnswerLength = 4_096;

/** Shows a dialog of the page, and sends the viewer's answer. */
export class DialogPopup {
  readonly #notice: DialogNotice;
  readonly #view: PopupView;
  readonly #card: PopupCard;
  readonly #deadline: number | undefined;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  readonly #countdown: HTMLElement = makeElement("p", { class: "note", role: "timer" });
  readonly #titleId: string = uniqueId();
  readonly #messageId: string = uniqueId();
  readonly #answer: HTMLInputElement | undefined;

  constructor(notice: DialogNotice, view: PopupView, deadline: number | undefined) {
    this.#notice = notice;
    this.#view = view;
    this.#deadline = deadline;
    const { type } = notice;
    const { layer, boxOfFrame, canAnswer, home } = view;
    this.#card = new PopupCard(
      {
        part: "dialog",
        class: "dialog",
        role: "alertdialog",
        "aria-labelledby": this.#titleId,
        "aria-describedby": this.#messageId,
      },
      {
        layer,
        home,
        boxOf: boxOfFrame,
        isCentred: true,
        kind: canAnswer ? "modal" : "plain",
        onCancel: () => this.#cancel(),
      },
    );
    const { element } = this.#card;
    element.append(makeElement("p", { class: "title", id: this.#titleId }, titles[type]), this.#message());
    if (type === "prompt") this.#answer = this.#addAnswer();
    element.append(this.#countdown);
    if (canAnswer) {
      element.setAttribute("aria-modal", "true");
      element.append(this.#buttons());
    } else element.append(makeElement("p", { class: "note" }, "Only the viewer who has control can answer."));
    if (deadline !== undefined) this.#timer = setInterval(() => this.#count(), 1_000);
    this.#count();
    this.#card.show(
      canAnswer ? (this.#answer ?? element.querySelector<HTMLElement>(".main") ?? element) : undefined,
    );
    if (this.#card.hasFocus) this.#answer?.select();
    const message = element.querySelector<HTMLElement>(".message");
    // A long message can be scrolled with the keyboard.
    if (message !== null && message.scrollHeight > message.clientHeight) message.tabIndex = 0;
    if (!this.#card.hasFocus) view.announce(`${titles[type]}: ${this.#text}`);
  }

  /** Moves the pop-up to its place. */
  place(): void {
    this.#card.place();
  }

  remove(): void {
    clearInterval(this.#timer);
    this.#card.remove();
  }

  get #text(): string {
    const { type, message } = this.#notice;
    return message || (type === "beforeunload" ? "Changes that you made may not be saved." : "");
  }

  #message(): HTMLElement {
    return makeElement(
      "p",
      { id: this.#messageId, class: "message", role: "group", "aria-labelledby": this.#titleId },
      this.#text,
    );
  }

  #addAnswer(): HTMLInputElement {
    const { defaultValue = "" } = this.#notice;
    const input = makeElement("input", {
      type: "text",
      "aria-labelledby": this.#messageId,
      maxlength: maxAnswerLength,
      autocomplete: "off",
      readonly: !this.#view.canAnswer,
    });
    input.value = defaultValue;
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !this.#view.canAnswer) return;
      // Otherwise the key's default action would reach the element that gets the focus next.
      event.preventDefault();
      this.#send(true);
    });
    this.#card.element.append(input);
    return input;
  }

  #buttons(): HTMLElement {
    const { type } = this.#notice;
    const isLeaving = type === "beforeunload";
    const accept = makeButton(isLeaving ? "Leave" : "OK", () => this.#send(true), true);
    const cancel = makeButton(isLeaving ? "Stay" : "Cancel", () => this.#send(false));
    return makeElement("div", { class: "buttons" }, ...(type === "alert" ? [accept] : [cancel, accept]));
  }

  #cancel(): void {
    if (this.#view.canAnswer) this.#send(this.#notice.type === "alert");
  }

  #send(accept: boolean): void {
    const { id } = this.#notice;
    const text = accept && this.#answer !== undefined ? { text: this.#answer.value } : {};
    const input: DialogInput = { kind: "dialog", id, accept, ...text };
    this.#view.answer(input);
  }

  #count(): void {
    if (this.#deadline === undefined) {
      this.#countdown.hidden = true;
      return;
    }
    const seconds = Math.max(0, Math.ceil((this.#deadline - performance.now()) / 1_000));
    this.#countdown.textContent =
      seconds > 0 ? `Closes by itself in ${seconds} s.` : "Time is up. Waiting for the page.";
  }
}
