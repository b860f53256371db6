import { describe, expect, test } from "vitest";
import { describeNotice, shorten } from "../../../src/element/popups/describe-notice.ts";

describe("describeNotice", () => {
  test.each([
    [{ kind: "download", name: "report.pdf" }, "The page downloads “report.pdf” on its own machine."],
    [{ kind: "file-chooser", multiple: false }, "The page asks for a file. Files cannot be sent."],
    [{ kind: "file-chooser", multiple: true }, "The page asks for files. Files cannot be sent."],
    [{ kind: "crash", reloading: true }, "The page has crashed. It is being reloaded."],
    [{ kind: "crash", reloading: false }, "The page has crashed."],
    [
      { kind: "window", url: "https://login.example/a?b", title: "Bank", isPopup: true },
      "The page has opened a window: login.example",
    ],
    [
      { kind: "window", url: "about:blank", title: "", isPopup: true },
      "The page has opened a window: about:blank",
    ],
    [{ kind: "window", url: "https://a.example/", title: "", isPopup: false }, undefined],
    [{ kind: "copied", text: "secret" }, undefined],
  ] as const)("describes %o", (notice, text) => {
    expect(describeNotice(notice)).toBe(text);
  });
});

describe("shorten", () => {
  test("keeps the beginning and the end of a long text, in whole characters", () => {
    expect(shorten("short.txt")).toBe("short.txt");
    expect(shorten("report\u202efdp.exe\n")).toBe("reportfdp.exe");
    const name = shorten(`${"😀".repeat(200)}.pdf`);
    expect([...name]).toHaveLength(80);
    expect(name).toMatch(/^😀{53}…😀{22}\.pdf$/u);
  });
});
