/** Creates an element with attributes and children. Strings become text, never HTML. */
export function makeElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(attribute, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** Creates a button that calls `onClick`. */
export function makeButton(label: string, onClick: () => void, isMain = false): HTMLButtonElement {
  const button = makeElement(
    "button",
    { type: "button", part: "button", class: isMain ? "main" : "" },
    label,
  );
  button.addEventListener("click", onClick);
  return button;
}

let lastId = 0;

/** Returns an id that no other element of the pop-ups has. */
export function uniqueId(): string {
  lastId += 1;
  return `popup-${lastId}`;
}
