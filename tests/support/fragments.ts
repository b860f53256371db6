/** A snippet that is not a whole program that runs by itself. */
export interface Fragment {
  readonly document: string;
  /** How the snippet begins. It must be the only one of its document that begins so. */
  readonly begins: string;
  /** Imports that the snippet needs and does not show. */
  readonly imports?: readonly string[];
  /** Names that the snippet uses and does not define, with their types. */
  readonly given?: Readonly<Record<string, string>>;
  /** Why the snippet is not compiled. It is not run either then. */
  readonly notCompiled?: string;
  /** Why the snippet is not run. */
  readonly notRun?: string;
  /** Whether the snippet needs the types of a browser. */
  readonly isForBrowser?: boolean;
}

const liveView = 'import { LiveView } from "@broadcast-ipc/live-view";';
const view = 'import("@broadcast-ipc/live-view").LiveView';
const server = 'import("@broadcast-ipc/receiver").BroadcastServer';
const uploader = 'import("@broadcast-ipc/uploader").BroadcastUploader';
const receiver = 'import("@broadcast-ipc/receiver").BroadcastReceiver';
const part = "a part of a program; the examples of live-page and the tests of the package run the same calls";

/** All snippets that are not whole programs, and those that do not run by themselves. */
export const fragments: readonly Fragment[] = [
  {
    document: "README.md",
    begins: "// Uploads what ffmpeg captures",
    notRun: "a test of its own runs it together with a receiver",
  },
  // docs
  {
    document: "docs/live-page.md",
    begins: 'import { PageCapture } from "@broadcast-ipc/page-capture";',
    given: { page: 'import("playwright-core").Page' },
    notRun: part,
  },
  {
    document: "docs/live-page.md",
    begins: "const view = new LiveView(receivers, {",
    imports: [liveView],
    given: {
      receivers: server,
      userOfSession: "(cookie: string | undefined) => Promise<{ isOwner: boolean } | undefined>",
    },
    notRun: part,
  },
  {
    document: "docs/live-page.md",
    begins: 'view.on("control",',
    given: { view, automation: "{ pause(): void; resume(): void }" },
    notRun: part,
  },
  {
    document: "docs/recording.md",
    begins: "// Uploads a page to watch.mjs, and to record.mjs, which",
    notRun: "it needs two other programs; the tests of fan-outs and of page-capture run the same calls",
  },
  {
    document: "docs/livekit.md",
    begins: 'import { connectRoom, LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";',
    notRun: "it needs a LiveKit server; the tests with a LiveKit server run the same calls",
  },
  {
    document: "docs/modules.md",
    begins: 'const { BroadcastReceiver, socketPath } = require("@broadcast-ipc/receiver");',
    notCompiled: "it is CommonJS, and a test of its own runs it",
  },
  {
    document: "docs/deployment.md",
    begins: "const path = process.env.SOCKET_PATH",
    imports: ['import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";'],
    notRun: part,
  },
  {
    document: "docs/troubleshooting.md",
    begins: 'uploader.on("failure",',
    given: { uploader, receiver },
    notRun: part,
  },
  {
    document: "docs/troubleshooting.md",
    begins: "const uploader = await BroadcastUploader.connect(path, {",
    imports: ['import { BroadcastUploader } from "@broadcast-ipc/uploader";'],
    given: { path: "string" },
    notRun: part,
  },
  // packages/live-view
  {
    document: "packages/live-view/README.md",
    begins: "const app = express();",
    imports: ['import express from "express";'],
    given: { view },
    notRun: part,
  },
  {
    document: "packages/live-view/README.md",
    begins: "const app = fastify();",
    imports: ['import fastify from "fastify";'],
    given: { view },
    notRun: part,
  },
  {
    document: "packages/live-view/README.md",
    begins: "const listener = getRequestListener",
    imports: [
      'import { createServer } from "node:http";',
      'import { getRequestListener } from "@hono/node-server";',
    ],
    given: { view, app: 'import("hono").Hono' },
    notRun: part,
  },
  {
    document: "packages/live-view/README.md",
    begins: 'import "@broadcast-ipc/live-view/element";',
    notRun: "it is code of a browser",
    isForBrowser: true,
  },
  {
    document: "packages/live-view/README.md",
    begins: 'import type { BroadcastView } from "@broadcast-ipc/live-view/element";',
    notRun: "it is code of a browser",
    isForBrowser: true,
  },
  {
    document: "packages/live-view/README.md",
    begins: "import type { BroadcastView, BroadcastViewAttributes }",
    notCompiled: "the types of React are not installed here; it was compiled by hand with @types/react 19",
  },
  {
    document: "packages/live-view/README.md",
    begins: "import type { BroadcastViewAttributes }",
    notCompiled: "Vue is not installed here; it was compiled by hand with Vue 3",
  },
  {
    document: "packages/live-view/README.md",
    begins: 'view.on("control",',
    given: { view, agent: "{ pause(): void; resume(): void }" },
    notRun: part,
  },
  {
    document: "packages/live-view/README.md",
    begins: 'view.on("controlrequest",',
    given: { view, isOwner: '(request: import("node:http").IncomingMessage) => boolean' },
    notRun: part,
  },
  {
    document: "packages/live-view/README.md",
    begins: "const view = new LiveView(receivers, {\n  authorize: async (request)",
    imports: [liveView],
    given: {
      receivers: server,
      log: "{ warn(text: string): void }",
      userOfSession: "(cookie: string | undefined) => Promise<{ isOwner: boolean } | undefined>",
      userOf: '(request: import("node:http").IncomingMessage) => object',
      onLogout: "(listener: (user: object) => void) => void",
    },
    notRun: part,
  },
  // packages/livekit-publisher
  {
    document: "packages/livekit-publisher/README.md",
    begins: "const publisher = await LiveKitPublisher.publish(room, receivers, {",
    imports: ['import { LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";'],
    given: { room: 'import("@livekit/rtc-node").Room', receivers: server },
    notRun: "it needs a LiveKit server; the tests with a LiveKit server run the same calls",
  },
  {
    document: "packages/livekit-publisher/README.md",
    begins: 'import type { ViewerInput } from "@broadcast-ipc/protocol";',
    given: { room: 'import("livekit-client").Room', video: "HTMLVideoElement" },
    notRun: "it is code of a browser, and needs a LiveKit server",
    isForBrowser: true,
  },
  {
    document: "packages/livekit-publisher/README.md",
    begins: "await room.localParticipant.performRpc(",
    given: { room: 'import("livekit-client").Room', publisherIdentity: "string" },
    notRun: "it is code of a browser, and needs a LiveKit server",
    isForBrowser: true,
  },
  // packages/page-capture
  {
    document: "packages/page-capture/README.md",
    begins: "const page = await context.newPage();",
    imports: ['import { PageCapture } from "@broadcast-ipc/page-capture";'],
    given: { context: 'import("playwright-core").BrowserContext', uploader },
    notRun: part,
  },
  {
    document: "packages/page-capture/README.md",
    begins: "const browser = await puppeteer.launch(",
    imports: [
      'import { PageCapture } from "@broadcast-ipc/page-capture";',
      'import puppeteer from "puppeteer-core";',
    ],
    given: { uploader },
    notRun: part,
  },
  {
    document: "packages/page-capture/README.md",
    begins: "const session = await page.createCDPSession();",
    imports: ['import { PageCapture } from "@broadcast-ipc/page-capture";'],
    given: { page: 'import("puppeteer-core").Page', uploader },
    notRun: part,
  },
  {
    document: "packages/page-capture/README.md",
    begins: "const browser = await chromium.launch(",
    imports: ['import { chromium } from "playwright-core";'],
    notRun: "it has no output; the tests of the package run the same calls",
  },
  // packages/receiver
  {
    document: "packages/receiver/README.md",
    begins: "const server = await BroadcastReceiver.listen(path);",
    imports: ['import { BroadcastReceiver } from "@broadcast-ipc/receiver";'],
    given: {
      path: "string",
      show: '(receiver: import("@broadcast-ipc/receiver").BroadcastReceiver) => Promise<void>',
    },
    notRun: "it does not end; the tests of the package run the same calls",
  },
  // examples
  {
    document: "examples/README.md",
    begins: "// Captures the screen and passes the frames to main.mjs",
    notCompiled:
      "it is CommonJS for a sandboxed preload script, and TypeScript has no MediaStreamTrackProcessor",
  },
];
