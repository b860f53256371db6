import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { originFault } from "../../src/access/request-origin.ts";

const strict: Parameters<typeof originFault>[1] = { origins: [], trustProxy: false };

function request(headers: Record<string, string>, encrypted = false): IncomingMessage {
  return { headers, socket: encrypted ? { encrypted } : {} } as unknown as IncomingMessage;
}

function isAllowed(headers: Record<string, string>, options = strict, encrypted = false): boolean {
  return originFault(request(headers, encrypted), options) === undefined;
}

test("allows a request without an Origin, and one from a page of the same host and port", () => {
  expect(isAllowed({ host: "localhost:8080" })).toBe(true);
  expect(isAllowed({ host: "localhost:8080", origin: "http://localhost:8080" })).toBe(true);
  expect(isAllowed({ host: "example.com", origin: "http://example.com" })).toBe(true);
  expect(isAllowed({ host: "example.com:80", origin: "http://example.com" })).toBe(true);
  expect(isAllowed({ host: "[::1]:8080", origin: "http://[::1]:8080" })).toBe(true);
});

test("refuses a request from a page of another host, port or scheme", () => {
  for (const origin of [
    "http://evil.example",
    "http://localhost:8081",
    "http://localhost.evil.example:8080",
    "ftp://localhost:8080",
    "null",
    "",
  ]) {
    expect(isAllowed({ host: "localhost:8080", origin }), origin).toBe(false);
  }
  expect(isAllowed({ origin: "http://localhost:8080" })).toBe(false);
});

test("allows https behind a proxy on a plain connection, and no http on an encrypted one", () => {
  expect(isAllowed({ host: "example.com", origin: "https://example.com" })).toBe(true);
  expect(isAllowed({ host: "example.com", origin: "https://example.com" }, strict, true)).toBe(true);
  expect(isAllowed({ host: "example.com", origin: "http://example.com" }, strict, true)).toBe(false);
});

test("trusts X-Forwarded-Host and X-Forwarded-Proto only with trustProxy", () => {
  const headers = {
    host: "127.0.0.1:3000",
    "x-forwarded-host": "example.com, inner.example",
    "x-forwarded-proto": "https",
    origin: "https://example.com",
  };
  expect(isAllowed(headers)).toBe(false);
  expect(isAllowed(headers, { ...strict, trustProxy: true })).toBe(true);
  expect(isAllowed({ ...headers, origin: "http://example.com" }, { ...strict, trustProxy: true })).toBe(
    false,
  );
  expect(isAllowed({ ...headers, origin: "http://127.0.0.1:3000" }, { ...strict, trustProxy: true })).toBe(
    false,
  );
});

test("allows a listed origin", () => {
  const options = { ...strict, origins: ["https://app.example"] };
  expect(isAllowed({ host: "localhost:8080", origin: "https://app.example" }, options)).toBe(true);
  expect(isAllowed({ host: "localhost:8080", origin: "https://app.example.evil" }, options)).toBe(false);
});

test("names the origin, the host and the remedy", () => {
  const fault = originFault(request({ host: "127.0.0.1:3000", origin: "https://example.com" }), strict);
  expect(fault).toContain('"https://example.com"');
  expect(fault).toContain('"127.0.0.1:3000"');
  expect(fault).toContain("trustProxy");
});
