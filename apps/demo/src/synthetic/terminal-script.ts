/** One line of the synthetic terminal. */
export interface TerminalLine {
  readonly kind: "command" | "output" | "good" | "heading";
  readonly text: string;
}

/** What is typed into the synthetic terminal, and what it answers. */
export const terminalScript: readonly TerminalLine[] = [
  { kind: "command", text: "ls packages" },
  { kind: "output", text: "audio-codec   image-codec   ipc-channel" },
  { kind: "output", text: "protocol      receiver      uploader" },
  { kind: "output", text: "" },
  { kind: "command", text: "cat promises.txt" },
  { kind: "heading", text: "The picture stays fresh." },
  { kind: "heading", text: "The sound stays in order." },
  { kind: "heading", text: "Messages arrive." },
  { kind: "heading", text: "Memory stays flat." },
  { kind: "heading", text: "A crash stays on its own side." },
  { kind: "output", text: "" },
  { kind: "command", text: "npm test" },
  { kind: "good", text: "ok  the newest picture is always delivered" },
  { kind: "good", text: "ok  a replaced picture is never encoded" },
  { kind: "good", text: "ok  sound waits in order, and not for long" },
  { kind: "good", text: "ok  a late receiver sees a picture at once" },
  { kind: "good", text: "ok  a bad picture costs one picture only" },
  { kind: "good", text: "ok  a stalled viewer delays nobody" },
  { kind: "output", text: "" },
  { kind: "command", text: "git log --format=%s" },
  { kind: "output", text: "Hand out waiting sound before pictures" },
  { kind: "output", text: "Read straight into the consumer's buffer" },
  { kind: "output", text: "Keep the newest picture for late receivers" },
  { kind: "output", text: "Count what is replaced" },
  { kind: "output", text: "Begin" },
  { kind: "output", text: "" },
  { kind: "command", text: "echo and so on, forever" },
  { kind: "output", text: "and so on, forever" },
];
