import { describe, expect, test } from "vitest";
import { ListNavigation } from "../../../src/element/popups/list-navigation.ts";

const cities = ["Aachen", "Basel", "Berlin", "Bern", "Cádiz"].map((label) => ({
  label,
  disabled: label === "Basel",
}));

describe("ListNavigation", () => {
  test.each([
    ["ArrowDown", -1, 0],
    ["ArrowDown", 0, 2],
    ["ArrowDown", 4, undefined],
    ["ArrowUp", 2, 0],
    ["ArrowUp", 0, undefined],
    ["ArrowUp", -1, 4],
    ["Home", 3, 0],
    ["End", 0, 4],
    ["PageDown", 0, 4],
    ["PageUp", 4, 0],
    ["F5", 1, undefined],
  ])("%s leads from option %i to option %s, past disabled options", (key, from, to) => {
    expect(new ListNavigation(cities).move(key, from)).toBe(to);
  });

  test("moves by pages", () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ label: String(index) }));
    expect(new ListNavigation(many, 10).move("PageDown", 15)).toBe(25);
    expect(new ListNavigation(many, 10).move("PageUp", 15)).toBe(5);
  });

  test("finds the label that starts with the letters typed within 700 ms", () => {
    const list = new ListNavigation(cities);
    expect(list.type("b", 0, 0)).toBe(2);
    expect(list.type("e", 2, 500)).toBe(2);
    expect(list.type("r", 2, 1_000)).toBe(2);
    expect(list.type("n", 2, 1_500)).toBe(3);
    expect(list.type("a", 3, 2_300)).toBe(0);
  });

  test("goes on to the next label with the same letter again", () => {
    const list = new ListNavigation(cities);
    expect(list.type("b", 0, 0)).toBe(2);
    expect(list.type("b", 2, 100)).toBe(3);
    expect(list.type("b", 3, 200)).toBe(2);
  });

  test("finds nothing for letters that no label starts with", () => {
    expect(new ListNavigation(cities).type("z", 0, 0)).toBeUndefined();
    expect(new ListNavigation([]).type("z", -1, 0)).toBeUndefined();
  });
});
