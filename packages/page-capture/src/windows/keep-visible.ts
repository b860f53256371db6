import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";

const visibilityEvent = "Page.screencastVisibilityChanged";

/**
 * Keeps a captured page drawn and focused while another tab is in front of it. Returns a function that ends this. A page
 * that is visible is left alone, because the end of the emulation would also end that of Playwright, which emulates the
 * focus for all of its pages.
 */
export function keepVisible(session: CDPSessionLike): () => void {
  let isEmulating = false;
  const emulate = (enabled: boolean) => {
    isEmulating = enabled;
    session.send("Emulation.setFocusEmulationEnabled", { enabled }).catch(ignore);
  };
  const changed = ({ visible }: { readonly visible: boolean }) => {
    if (!visible && !isEmulating) emulate(true);
  };
  session.on(visibilityEvent, changed);
  return () => {
    session.off(visibilityEvent, changed);
    if (isEmulating) emulate(false);
  };
}
