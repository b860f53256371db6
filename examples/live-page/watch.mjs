// Shows the page of playwright.mjs or puppeteer.mjs in a browser, with control. Start both, in any order.
import { createServer } from "node:http";
import { LiveView } from "@broadcast-ipc/live-view";
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";

const port = Number(process.env.PORT ?? 8080);
const receivers = await BroadcastReceiver.listen(socketPath("live-page"), { decode: false });
const view = new LiveView(receivers, { authorize: () => ({ watch: true, control: true }) });
const page = `<!doctype html><script type="module" src="/live/element.js"></script>
  <broadcast-view src="/live" control></broadcast-view>`;

const server = createServer((request, response) => {
  if (!view.handleRequest(request, response)) response.setHeader("Content-Type", "text/html").end(page);
});
server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
server.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
