import type { PickerNotice } from "@broadcast-ipc/protocol";

/** What the picker script says about the element that a picker is for. */
export type PickerContent = Omit<PickerNotice, "kind" | "id" | "x" | "y" | "width" | "height">;

/** A report of the picker script. */
export type PickerReport =
  | {
      /** The picker of an element opened, or its content or position has changed. */
      readonly event: "open" | "change";
      /** Number of the picker in its document. */
      readonly number: number;
      readonly content: PickerContent;
    }
  | { readonly event: "closed"; readonly number: number };
