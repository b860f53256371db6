// Shows the page of playwright.mjs or puppeteer.mjs in an existing Express app. Start both, in any order.
import { LiveView } from "@broadcast-ipc/live-view";
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";
import express from "express";

const port = Number(process.env.PORT ?? 8080);
const receivers = await BroadcastReceiver.listen(socketPath("live-page"), { decode: false });
const view = new LiveView(receivers, { authorize: () => ({ watch: true, control: true }) });

const app = express();
app.use("/live", (request, response, next) => {
  if (!view.handleRequest(request, response)) next();
});
app.get("/", (_, response) => {
  response.send(`<!doctype html><script type="module" src="/live/element.js"></script>
    <broadcast-view src="/live" control></broadcast-view>`);
});
const server = app.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
