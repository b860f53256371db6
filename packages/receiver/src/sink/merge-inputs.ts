import type { ViewerInput, WheelInput } from "@broadcast-ipc/protocol";

/** Greatest distance of a wheel input, as in the schema of inputs. */
const maxDistance = 100_000;

/**
 * Returns one input that has the effect of two that follow each other: a move replaces a move, wheel turns add up.
 * Returns `undefined` if both are needed.
 */
export function mergeInputs(first: ViewerInput, second: ViewerInput): ViewerInput | undefined {
  if (!isMergeable(first) || !isMergeable(second)) return undefined;
  if (first.kind === "wheel" && second.kind === "wheel") return mergeWheels(first, second);
  if (first.kind === "touch" && second.kind === "touch") {
    const isSame = first.points.map(({ id }) => id).join() === second.points.map(({ id }) => id).join();
    return isSame ? second : undefined;
  }
  // A repeated key that waits is not repeated more often once the page reacts again.
  if (first.kind === "key" && second.kind === "key") {
    return first.key === second.key && first.code === second.code ? second : undefined;
  }
  return first.kind === second.kind ? second : undefined;
}

/** Whether an input can merge with another one of its kind. */
export function isMergeable(input: ViewerInput): boolean {
  switch (input.kind) {
    case "pointer":
    case "touch":
      return input.event === "move";
    case "key":
      return input.event === "down" && input.repeat === true;
    case "wheel":
    case "composition":
    case "release":
      return true;
    default:
      return false;
  }
}

/** Whether an input releases something that the viewer holds. */
export function isRelease(input: ViewerInput): boolean {
  switch (input.kind) {
    case "pointer":
    case "key":
      return input.event === "up";
    case "touch":
      return input.event === "end" || input.event === "cancel";
    default:
      return input.kind === "release";
  }
}

function mergeWheels(first: WheelInput, second: WheelInput): WheelInput | undefined {
  const fields = ["deltaMode", "alt", "ctrl", "meta", "shift"] as const;
  if (fields.some((field) => (first[field] || undefined) !== (second[field] || undefined))) return undefined;
  return {
    ...second,
    deltaX: clamp(first.deltaX + second.deltaX),
    deltaY: clamp(first.deltaY + second.deltaY),
  };
}

function clamp(distance: number): number {
  return Math.max(-maxDistance, Math.min(maxDistance, distance));
}
