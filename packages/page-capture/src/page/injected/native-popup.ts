import { isPickerInput } from "./picker-element.ts";

/** Returns the elements that can have opened their native pop-up by the event. */
export function candidatesOf(event: Event): Element[] {
  const elements: Element[] = [];
  for (const target of event.composedPath()) {
    if (target instanceof HTMLLabelElement && target.control) elements.push(target.control);
    if (target instanceof HTMLSelectElement || target instanceof HTMLInputElement) elements.push(target);
  }
  return elements;
}

/** Returns an element whose native pop-up is open, if there is one: among the candidates, with the focus, or elsewhere. */
export function findNativePopup(
  candidates: readonly Element[],
): HTMLSelectElement | HTMLInputElement | undefined {
  for (const element of [...candidates, focused()]) if (element && hasNativePopup(element)) return element;
  for (const element of document.querySelectorAll("select:open, input:open"))
    if (hasNativePopup(element)) return element;
  return undefined;
}

function hasNativePopup(element: Element): element is HTMLSelectElement | HTMLInputElement {
  if (!element.matches(":open")) return false;
  // The page renders the picker of a customizable select itself.
  if (element instanceof HTMLSelectElement)
    return [undefined, "::picker(select)"].some(
      (part) => getComputedStyle(element, part).appearance !== "base-select",
    );
  return element instanceof HTMLInputElement && isPickerInput(element);
}

/** Returns the element with the focus, in open shadow trees too. */
export function focused(): Element | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element ?? undefined;
}

/**
 * Closes the native pop-up of an element. Chromium closes the pop-up of an element that is not rendered, so the element is
 * not rendered for one calculation of styles. The page's scripts do not run meanwhile, and nothing is laid out or painted:
 * the page gets no event, and focus and scroll positions stay. `blur()` would send events and not close a color pop-up.
 */
export function closeNativePopup(element: Element): void {
  const root = element.getRootNode();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${selectorOf(element, root)}{display:none!important}`);
  root.adoptedStyleSheets.push(sheet);
  // Reading the value calculates the styles.
  getComputedStyle(element).getPropertyValue("display");
  root.adoptedStyleSheets.splice(root.adoptedStyleSheets.lastIndexOf(sheet), 1);
}

function selectorOf(element: Element, root: Document | ShadowRoot): string {
  let selector = "";
  for (let node = element; node.parentNode && node.parentNode !== document; node = node.parentElement) {
    selector = ` > :nth-child(${Array.prototype.indexOf.call(node.parentNode.children, node) + 1})${selector}`;
    if (!node.parentElement) break;
  }
  return (root instanceof ShadowRoot ? ":host" : ":root") + selector;
}
