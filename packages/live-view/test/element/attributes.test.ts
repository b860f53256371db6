import { describe, expect, test } from "vitest";
import { Attributes } from "../../src/element/attributes.ts";

function attributesOf(values: Record<string, string>) {
  const warnings: string[] = [];
  const element = { getAttribute: (name: string) => values[name] ?? null };
  return { attributes: new Attributes(element, (warning) => warnings.push(warning)), warnings };
}

describe("Attributes", () => {
  test("has defaults without warnings", () => {
    const { attributes, warnings } = attributesOf({});
    expect([attributes.encoding, attributes.fit, attributes.maxFps, attributes.maxWidth]).toEqual([
      "auto",
      "contain",
      undefined,
      undefined,
    ]);
    expect(attributes.socketUrl("http://localhost/")).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test("reads valid values", () => {
    const values = { encoding: "JPEG", fit: " cover ", "max-fps": "12.5", "max-width": "640" };
    const { attributes, warnings } = attributesOf(values);
    expect([attributes.encoding, attributes.fit, attributes.maxFps, attributes.maxWidth]).toEqual([
      "jpeg",
      "cover",
      12.5,
      640,
    ]);
    expect(warnings).toEqual([]);
  });

  test.each([
    ["encoding", "h264", "auto"],
    ["fit", "stretch", "contain"],
    ["max-fps", "0", undefined],
    ["max-fps", "1001", undefined],
    ["max-fps", "fast", undefined],
    ["max-fps", "", undefined],
    ["max-fps", "Infinity", undefined],
    ["max-width", "-1", undefined],
    ["max-width", "640.5", undefined],
    ["max-width", "70000", undefined],
  ])("warns once of %s = %j and uses the default", (name, value, fallback) => {
    const { attributes, warnings } = attributesOf({ [name]: value });
    const read = () =>
      ({
        encoding: attributes.encoding,
        fit: attributes.fit,
        "max-fps": attributes.maxFps,
        "max-width": attributes.maxWidth,
      })[name];
    expect([read(), read()]).toEqual([fallback, fallback]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${name} must be`);
    expect(warnings[0]).toContain(`got "${value}"`);
  });

  test.each([
    ["live", "http://host/app/page.html", "ws://host/app/live"],
    ["/live?a=1#b", "https://host:8443/app/", "wss://host:8443/live?a=1"],
    ["https://other/live", "http://host/", "wss://other/live"],
    ["ws://other:81/live", "https://host/", "ws://other:81/live"],
  ])("turns %j in %s into %s", (src, base, url) => {
    expect(attributesOf({ src }).attributes.socketUrl(base)).toBe(url);
  });

  test.each(["ftp://host/live", "javascript:alert(1)", "http://[bad"])("warns of the src %j", (src) => {
    const { attributes, warnings } = attributesOf({ src });
    expect(attributes.socketUrl("http://host/")).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });
});
