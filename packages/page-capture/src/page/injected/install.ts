/** Random name of this script, which IsolatedScript declares in front of the script. */
declare const scriptName: string;

/** What IsolatedScript can call. `stop` removes all listeners. */
export type Commands = Record<string, (...args: never[]) => unknown> & { stop(): void };

/** Reports that wait until IsolatedScript listens. */
const maxWaiting = 8;

/**
 * Starts the script of an isolated world, and stops an earlier run of the same script. `start` gets the function that
 * reports to IsolatedScript.
 */
export function install(start: (report: (message: object) => void) => Commands): void {
  const world = globalThis as unknown as Record<string, ((text: string) => void) | Commands | undefined>;
  const key = `${scriptName}Script`;
  const earlier = world[key];
  if (typeof earlier === "object") earlier.stop();
  const waiting: string[] = [];
  const send = (text: string) => {
    const binding = world[scriptName];
    if (typeof binding === "function") return binding(text);
    if (waiting.push(text) > maxWaiting) waiting.shift();
  };
  const commands = start((message) => send(JSON.stringify(message)));
  world[key] = { ...commands, ready: () => waiting.splice(0).forEach(send) };
}
