/** Whether this module of ipc-channel reads the option `payloads`: the source file, or the built package. */
export function isChannelSettings(id) {
  return /\/ipc-channel\/(src\/options\/transport-settings\.ts|dist\/index\.js)$/.test(id);
}

/** Returns the module with `globalThis.defaultPayloads` as the default of the option `payloads`. Throws if the module does not read the option as expected. */
export function withSharedMemory(source, id) {
  const changed = source.replace(
    /payloads: payloads === (undefined|void 0) \? (undefined|void 0) : checkPayloads\(payloads\)/,
    "payloads: checkPayloads(payloads ?? globalThis.defaultPayloads)",
  );
  if (changed === source) throw new Error(`${id} does not read the option payloads as expected`);
  return changed;
}
