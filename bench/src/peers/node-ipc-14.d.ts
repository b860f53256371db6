// node-ipc 14 under an alias, because two versions are measured. Version 14 has no types. The API that the bench uses
// is the same as in version 9.
declare module "node-ipc-14" {
  export { default } from "node-ipc";
}
