import type { IncomingMessage } from "node:http";

interface OriginOptions {
  /** Origins that are allowed beside that of the server. */
  readonly origins: readonly string[];
  /** Whether `X-Forwarded-Host` and `X-Forwarded-Proto` are trusted. */
  readonly trustProxy: boolean;
}

/**
 * Checks that a request comes from a page of this server, from a page of a listed origin, or from a program, which sends
 * no Origin. Returns `undefined`, or why the request is refused.
 *
 * Browsers set the header Origin, and a page cannot change it. It is compared with the host that the browser asked for:
 * the header Host, or the first value of X-Forwarded-Host with `trustProxy`.
 */
export function originFault(
  request: IncomingMessage,
  { origins, trustProxy }: OriginOptions,
): string | undefined {
  const { origin } = request.headers;
  if (origin === undefined || origins.includes(origin)) return undefined;
  const forwarded = trustProxy ? firstValue(request.headers["x-forwarded-host"]) : undefined;
  const host = forwarded ?? request.headers.host ?? "";
  const shown = JSON.stringify(origin.slice(0, 200));
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const isSame =
    url !== undefined &&
    schemesOf(request, trustProxy).some((scheme) => url.protocol === `${scheme}:` && isHost(url, host));
  if (isSame) return undefined;
  const named = JSON.stringify(host.slice(0, 200));
  return `the Origin ${shown} is not that of the server, whose host is ${named} according to the request; list the origin in "origins", or set "trustProxy" behind a proxy that sets X-Forwarded-Host`;
}

/** Whether the origin's host and port are those of a header like Host. */
function isHost(origin: URL, host: string): boolean {
  const asked = `${origin.protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === origin.host;
}

/**
 * Returns the schemes that the browser may have used. Behind a proxy that is not trusted, a plain connection may be
 * encrypted between the browser and the proxy, so both are possible.
 */
function schemesOf({ headers, socket }: IncomingMessage, trustProxy: boolean): readonly string[] {
  const forwarded = trustProxy ? firstValue(headers["x-forwarded-proto"]) : undefined;
  if (forwarded !== undefined) return [forwarded];
  return "encrypted" in socket && socket.encrypted ? ["https"] : ["http", "https"];
}

/** Returns the first value of a list; proxies append to it. */
function firstValue(header: string | readonly string[] | undefined): string | undefined {
  const text = typeof header === "string" ? header : header?.[0];
  return text?.split(",")[0]?.trim() || undefined;
}
