/** Listens to trusted events of the window before the page does. Returns a function that stops listening. */
export function listen(names: readonly string[], listener: (event: Event) => void): () => void {
  const trusted = (event: Event) => {
    if (event.isTrusted) listener(event);
  };
  for (const name of names) addEventListener(name, trusted, { capture: true, passive: true });
  return () => {
    for (const name of names) removeEventListener(name, trusted, { capture: true });
  };
}

/** Returns the element that the event is for, in open shadow trees too. */
export function targetOf(event: Event): Element | undefined {
  const [target] = event.composedPath();
  return target instanceof Element ? target : undefined;
}
