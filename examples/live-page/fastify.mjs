// Shows the page of playwright.mjs or puppeteer.mjs in a Fastify app. Start both, in any order.
import { LiveView } from "@broadcast-ipc/live-view";
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";
import fastify from "fastify";

const port = Number(process.env.PORT ?? 8080);
const receivers = await BroadcastReceiver.listen(socketPath("live-page"), { decode: false });
const view = new LiveView(receivers, { authorize: () => ({ watch: true, control: true }) });

const app = fastify();
app.get("/live/element.js", (request, reply) => {
  reply.hijack();
  view.handleRequest(request.raw, reply.raw);
});
app.get("/", (_, reply) => {
  reply.type("text/html").send(`<!doctype html><script type="module" src="/live/element.js"></script>
    <broadcast-view src="/live" control></broadcast-view>`);
});
app.server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
console.log(await app.listen({ port, host: "127.0.0.1" }));
