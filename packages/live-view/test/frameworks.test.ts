import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { LiveView } from "../src/live-view.ts";
import { connectPair, listen, raw } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Frameworks with a page of their own and the view's element. Each returns its request listener. */
const frameworks: Record<string, (view: LiveView) => Promise<Listener>> = {
  "node:http": async (view) => (request, response) => {
    if (!view.handleRequest(request, response)) response.end("own page");
  },
  Express: async (view) => {
    const app = express();
    app.use((request, response, next) => {
      if (!view.handleRequest(request, response)) next();
    });
    app.get("/", (_, response) => void response.send("own page"));
    return app;
  },
  Fastify: async (view) => {
    const app = fastify();
    app.get("/live-view/element.js", (request, reply) => {
      reply.hijack();
      view.handleRequest(request.raw, reply.raw);
    });
    app.get("/", async () => "own page");
    await app.ready();
    onTestFinished(() => app.close());
    return (request, response) => app.routing(request, response);
  },
  "Hono on Node": async (view) => {
    const app = new Hono();
    app.get("/", (context) => context.text("own page"));
    const listener = getRequestListener(app.fetch);
    return (request, response) => {
      if (!view.handleRequest(request, response)) listener(request, response);
    };
  },
};

test.each(Object.entries(frameworks))("serves the element and the view beside %s", async (_, open) => {
  const { receiver, uploader } = await connectPair();
  const view = new LiveView(receiver);
  onTestFinished(() => view.close());
  const server = createServer(await open(view));
  server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
  const url = await listen(server);
  const http = url.replace("ws", "http");
  const element = await fetch(new URL("/live-view/element.js", http));
  expect([element.status, element.headers.get("content-type")]).toEqual([
    200,
    "text/javascript; charset=utf-8",
  ]);
  expect(await (await fetch(new URL("/", http))).text()).toBe("own page");
  const client = await ViewClient.watch(url);
  uploader.upload(raw(1));
  expect(await client.show()).toMatchObject({ timestamp: 1 });
});

test("works with server.on(), and close() lets an HTTP server close", async () => {
  const { receiver } = await connectPair();
  const view = new LiveView(receiver);
  const server = createServer();
  server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
  const client = await ViewClient.open(await listen(server));
  const closed = once(server, "close");
  server.close();
  await view.close();
  await closed;
  expect((await client.closed).code).toBe(1001);
});
