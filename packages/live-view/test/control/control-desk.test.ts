import { expect, test } from "vitest";
import { ControlDesk, type ControlMode } from "../../src/control/control-desk.ts";

function open(mode: ControlMode) {
  const log: string[] = [];
  const desk = new ControlDesk<string>(mode, {
    onChange: (holder = "nobody", previous = "nobody") => log.push(`${previous} -> ${holder}`),
    onRequest: (viewer) => log.push(`${viewer} asks`),
    onRelease: (viewer, isTaken) => log.push(`${isTaken ? "take from" : "release"} ${viewer}`),
  });
  return { desk, log, read: () => log.splice(0) };
}

test('"shared" lets everyone send input, and the holder is the last viewer that asked', () => {
  const { desk, read } = open("shared");
  expect(desk.mayInput("a")).toBe(true);
  desk.ask("a");
  desk.ask("b");
  desk.ask("b");
  expect([desk.holder, desk.mayInput("a"), desk.mayInput("b")]).toEqual(["b", true, true]);
  expect(read()).toEqual(["nobody -> a", "a -> b"]);
  expect(["a", "b", "c"].map((viewer) => desk.isDriving(viewer))).toEqual([true, true, false]);
  desk.giveBack("b");
  expect([desk.holder, desk.isDriving("a"), desk.isDriving("b")]).toEqual(["a", true, false]);
  desk.giveBack("b");
  desk.giveBack("a");
  expect(read()).toEqual(["release b", "b -> a", "release b", "release a", "a -> nobody"]);
});

test('"shared" lets nobody send input after the host has taken control, until a viewer asks again', () => {
  const { desk, read } = open("shared");
  desk.ask("a");
  read();
  desk.takeAway(["a", "b"]);
  expect(read()).toEqual(["take from a", "take from b", "a -> nobody"]);
  expect([desk.mayInput("a"), desk.mayInput("b")]).toEqual([false, false]);
  desk.ask("b");
  expect([desk.mayInput("a"), desk.mayInput("b"), desk.holder]).toEqual([false, true, "b"]);
});

test('"exclusive" lets the others wait, and hands over to the longest waiting one', () => {
  const { desk, read } = open("exclusive");
  for (const viewer of ["a", "b", "c", "b"]) desk.ask(viewer);
  expect(read()).toEqual(["nobody -> a", "b asks", "c asks"]);
  expect(["a", "b", "c"].map((viewer) => desk.mayInput(viewer))).toEqual([true, false, false]);
  expect([desk.isWanted("a"), desk.isWaiting("b"), desk.isWaiting("c")]).toEqual([true, true, true]);
  desk.giveBack("a");
  expect(read()).toEqual(["release a", "a -> b"]);
  desk.leave("c");
  expect([desk.holder, desk.isWanted("b")]).toEqual(["b", false]);
  desk.leave("b");
  expect(desk.holder).toBeUndefined();
});

test('"exclusive" gives control to a viewer that the host names, and takes it from the holder', () => {
  const { desk, read } = open("exclusive");
  desk.ask("a");
  desk.ask("b");
  read();
  desk.give("c");
  expect(read()).toEqual(["take from a", "a -> c"]);
  expect([desk.isWaiting("a"), desk.isWaiting("b"), desk.isWanted("c")]).toEqual([false, true, true]);
  desk.give("b");
  expect(desk.isWanted("b")).toBe(false);
});

test('"exclusive" forgets who waits when the host takes control', () => {
  const { desk, read } = open("exclusive");
  desk.ask("a");
  desk.ask("b");
  read();
  desk.takeAway(["a", "b"]);
  expect([desk.holder, desk.isWaiting("b"), desk.mayInput("a")]).toEqual([undefined, false, false]);
  desk.ask("b");
  expect(desk.holder).toBe("b");
});
