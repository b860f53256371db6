// The newest node-ipc under an alias, because two versions are measured. It has no types. The part of its API that the
// bench uses is the same as in version 9.
declare module "node-ipc-14" {
  export { default } from "node-ipc";
}
