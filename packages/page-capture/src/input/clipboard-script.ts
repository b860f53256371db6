/**
 * Source of a function for an isolated world of the page: `(kind, text, maxLength, isWindow) => { text?, isElsewhere? }`.
 * It pastes, copies or cuts in the focused element, which may be in an iframe or an open shadow root. `isElsewhere` tells
 * that the focus is in an iframe of another process.
 *
 * The function is a string, because build tools may add calls of helpers that do not exist in the page.
 */
export const clipboardScript = `function (kind, text, maxLength, isWindow) {
  let owner = document;
  let element = owner.activeElement;
  for (;;) {
    const inner = element?.shadowRoot?.activeElement;
    if (inner) element = inner;
    else if (/^(I?FRAME|OBJECT|EMBED)$/.test(element?.tagName ?? "")) {
      if (!element.contentDocument) return { isElsewhere: true };
      owner = element.contentDocument;
      element = owner.activeElement;
    } else break;
  }
  if (!isWindow && !document.hasFocus()) return { isElsewhere: true };

  const dispatch = (type, clipboardData) =>
    (element ?? owner).dispatchEvent(
      new ClipboardEvent(type, { clipboardData, bubbles: true, cancelable: true, composed: true }),
    );
  const data = new DataTransfer();

  if (kind === "paste") {
    data.setData("text/plain", text);
    if (dispatch("paste", data)) insert(text.replace(/\\r\\n?/g, "\\n"));
    return {};
  }

  const isPrevented = !dispatch(kind, data);
  if (isPrevented) return { text: data.getData("text/plain").slice(0, maxLength) };
  const selected = selection().slice(0, maxLength);
  if (kind === "cut" && selected !== "") owner.execCommand("delete");
  return { text: selected };

  function insert(text) {
    const isLine = element?.tagName === "INPUT";
    const lines = text.split("\\n");
    // The time of insertText grows with the square of the number of lines. insertHTML is faster, but not always allowed.
    if (!isLine && lines.length > 100 && insertHTML(lines)) return;
    owner.execCommand("insertText", false, isLine ? lines.join(" ") : text);
  }

  function insertHTML(lines) {
    const escape = (line) => line.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    const keepSpaces = (line) => line.replace(/^ | (?= )| $/g, "&nbsp;");
    const isPlain = element?.tagName === "TEXTAREA";
    const html = isPlain
      ? escape(lines.join("\\n"))
      : lines.map((line) => "<div>" + (keepSpaces(escape(line)) || "<br>") + "</div>").join("");
    try {
      return owner.execCommand("insertHTML", false, html);
    } catch {
      return false;
    }
  }

  function selection() {
    if (element?.type === "password") return "";
    if (/^(INPUT|TEXTAREA)$/.test(element?.tagName ?? "") && typeof element.selectionStart === "number")
      return element.value.slice(element.selectionStart, element.selectionEnd);
    const root = element?.getRootNode?.();
    return String(root?.getSelection?.() ?? owner.getSelection() ?? "");
  }
}`;
