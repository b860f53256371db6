import { once } from "node:events";
import { get, type IncomingHttpHeaders } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LivePage } from "../src/live-page.ts";
import { PageClient } from "./page-client.ts";

const description = { source: "a test", encoding: "raw pixels", audio: false };
let page: LivePage;

beforeEach(async () => {
  const directory = new URL("../src/page/", import.meta.url);
  page = await LivePage.listen({ port: 0, description, directory });
});

afterEach(() => page.close());

async function fetchWith(headers: IncomingHttpHeaders, path = "") {
  const request = get(new URL(path, page.url), { headers });
  const [response] = await once(request, "response");
  response.resume();
  return response;
}

test("answers 403 to requests with a foreign Host or Origin header", async () => {
  const { host } = new URL(page.url);
  const foreign = [
    { host: "example.com" },
    { host: `example.com:${new URL(page.url).port}` },
    { host: "127.0.0.1:1" },
    { host, origin: "http://example.com" },
    { host, origin: "null" },
    { host, origin: `https://${host}` },
  ];
  for (const headers of foreign) {
    expect((await fetchWith(headers)).statusCode).toBe(403);
    await expect(PageClient.open(page.url, headers)).rejects.toThrow("403");
  }
  const own = {
    host: `localhost:${new URL(page.url).port}`,
    origin: `http://localhost:${new URL(page.url).port}`,
  };
  await PageClient.open(page.url, own);
  expect((await fetchWith(own)).statusCode).toBe(200);
});

test("answers 403 to requests without the token, and creates a different token for each page", async () => {
  const { host, pathname } = new URL(page.url);
  const [, token = ""] = pathname.split("/");
  expect(token.length).toBeGreaterThanOrEqual(22);
  const wrong = ["", "live", "page.css", `${"A".repeat(token.length)}/`, `${token}A/`, `${token.slice(1)}/`];
  for (const path of [...wrong, token, `?token=${token}`]) {
    const { statusCode, headers } = await fetchWith({}, `http://${host}/${path}`);
    expect(statusCode).toBe(403);
    expect(headers["referrer-policy"]).toBe("no-referrer");
    await expect(PageClient.open(`http://${host}/${path}`)).rejects.toThrow("403");
  }
  await using other = await LivePage.listen({ port: 0, description });
  expect(new URL(other.url).pathname).not.toBe(pathname);
});

test("serves only the page's files, with a strict content security policy", async () => {
  const { statusCode, headers } = await fetchWith({});
  expect(statusCode).toBe(200);
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["cache-control"]).toBe("no-store");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect((await fetchWith({}, "page.css")).headers["content-type"]).toBe("text/css; charset=utf-8");
  expect((await fetchWith({}, "page.ts")).statusCode).toBe(404);
  expect((await fetchWith({}, "..%2f..%2fpackage.json")).statusCode).toBe(404);
});
