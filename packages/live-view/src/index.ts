export type { ViewMessage } from "./wire/view-messages.ts";
