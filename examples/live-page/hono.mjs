// Shows the page of playwright.mjs or puppeteer.mjs in a Hono app on Node. Start both, in any order.

import { LiveView } from "@broadcast-ipc/live-view";
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";
import { serve } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";

const receivers = await BroadcastReceiver.listen(socketPath("live-page"), { decode: false });
const view = new LiveView(receivers, { authorize: () => ({ watch: true, control: true }) });

const app = new Hono();
app.get("/live/element.js", ({ env }) => {
  view.handleRequest(env.incoming, env.outgoing);
  return RESPONSE_ALREADY_SENT;
});
app.get("/", (context) =>
  context.html(`<!doctype html><script type="module" src="/live/element.js"></script>
    <broadcast-view src="/live" control></broadcast-view>`),
);
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8080), hostname: "127.0.0.1" });
server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
server.on("listening", () => console.log(server.address()));
