export type { CDPSessionLike } from "./browser/page-target.ts";
