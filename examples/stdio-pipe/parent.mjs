// Starts child.mjs and receives its frames over a pipe. The pipe has no path, so no other process can connect.
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";

const file = fileURLToPath(new URL("child.mjs", import.meta.url));
// The fourth entry is the pipe: descriptor 3 in the child.
const child = spawn(process.execPath, [file], { stdio: ["ignore", "inherit", "inherit", "pipe"] });

const pipe = child.stdio[3];
if (!(pipe instanceof Socket)) throw new Error("stdio[3] is not a socket");

const channel = await IPCChannel.over(pipe, { role: "accept" });
const receiver = BroadcastReceiver.over(channel);
for await (const { codedWidth, codedHeight, data } of receiver.samples({ type: "image" })) {
  console.log(`parent: ${codedWidth}x${codedHeight}, shade ${data[0]}`);
}
const { by, code } = await receiver.closed;
console.log(`parent: ${code} by ${by}`);
