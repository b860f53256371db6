// The newest node-ipc under a name of its own, since two versions are measured. It comes without types; what the bench
// uses of it is as in version 9.
declare module "node-ipc-14" {
  export { default } from "node-ipc";
}
