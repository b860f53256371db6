// The part of a program that runs in a browser. scripts/try-typescript.mjs compiles it against the packed packages.
import { BroadcastView, type ViewStateName } from "@broadcast-ipc/live-view/element";

const view = new BroadcastView();
view.src = "/live";
view.addEventListener("statechange", ({ detail }) => {
  const state: ViewStateName = detail.state;
  document.title = `${state}: ${detail.reason}`;
});
document.body.append(view);
