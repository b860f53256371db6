// Opens viewers of a live view by script, half of them stalled, and counts the frames that the others get.
import { WebSocket } from "ws";
import type { ViewersParameters, ViewersReport } from "./viewers-parameters.ts";

const { url, count, demands, seconds } = JSON.parse(process.argv[2] ?? "") as ViewersParameters;

let frames = 0;
let isCounting = false;
const sockets: WebSocket[] = [];
for (let index = 0; index < count; index++) {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 2 ** 28 });
  sockets.push(socket);
  const isStalled = index % 2 === 1;
  let sequence = 0;
  socket.on("error", () => {});
  socket.on("open", () => {
    socket.send(JSON.stringify({ type: "demand", ...demands[index % demands.length] }));
    // A stalled viewer neither reads nor acknowledges.
    if (isStalled) socket.pause();
  });
  socket.on("message", (data, isBinary) => {
    if (!isBinary) {
      const message = JSON.parse(data.toString());
      if (message.type === "frame") ({ sequence } = message);
      return;
    }
    if (isCounting) frames++;
    socket.send(JSON.stringify({ type: "shown", sequence }));
  });
}
process.send?.({ type: "ready" });
process.on("message", ({ type }: { type: string }) => {
  if (type !== "start") return;
  isCounting = true;
  setTimeout(() => {
    const report: ViewersReport = {
      type: "report",
      framesPerSecond: frames / seconds / Math.ceil(count / 2),
    };
    process.send?.(report, () => process.exit());
  }, seconds * 1000);
});
