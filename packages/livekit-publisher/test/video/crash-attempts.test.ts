import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const fixture = fileURLToPath(new URL("support/crash-attempts.ts", import.meta.url));

it("VideoFeed rejects samples that would crash the LiveKit library", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", fixture], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const lines = output.trim().split("\n");
  expect(lines.filter((line) => !line.endsWith(": ERR_LIVEKIT_INVALID_SAMPLE"))).toEqual(["frames: 2"]);
  expect(lines).toHaveLength(10);
  expect({ code, signal }).toEqual({ code: 0, signal: null });
});
