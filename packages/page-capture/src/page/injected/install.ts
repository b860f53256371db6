/** Random name of this script, which IsolatedScript declares in front of the script. */
declare const scriptName: string;

/** What IsolatedScript can call. `stop` removes all listeners. */
export type Commands = Record<string, (...args: never[]) => unknown> & { stop(): void };

/** Reports that wait until IsolatedScript listens. */
const maxWaiting = 8;

/** Connects the script with IsolatedScript. */
export interface Link {
  /** Whether IsolatedScript listens. It never does in a document that was loading while IsolatedScript was closed. */
  isConnected(): boolean;
  /** Reports to IsolatedScript, when it listens. */
  report(message: object): void;
}

/** Starts the script of an isolated world, and stops an earlier run of the same script. */
export function install(start: (link: Link) => Commands): void {
  const world = globalThis as unknown as Record<string, ((text: string) => void) | Commands | undefined>;
  const key = `${scriptName}Script`;
  const earlier = world[key];
  if (typeof earlier === "object") earlier.stop();
  const waiting: string[] = [];
  const send = (text: string) => {
    const binding = world[scriptName];
    if (typeof binding === "function") binding(text);
    else if (waiting.push(text) > maxWaiting) waiting.shift();
  };
  const commands = start({
    isConnected: () => typeof world[scriptName] === "function",
    report: (message) => send(JSON.stringify(message)),
  });
  world[key] = { ...commands, ready: () => waiting.splice(0).forEach(send) };
}
