import { checkImageSample } from "@broadcast-ipc/image-codec";
import { disposeSample } from "./dispose-sample.ts";
import type { Sample } from "./send-session.ts";

/** A sample that several holders use. The sample is disposed once, after all holders have disposed their objects. */
export class SharedSample {
  readonly #sample: Sample;
  readonly #onError: (error: unknown) => void;
  #holders = 0;

  /** `onError` is called with an exception of the sample's dispose function. */
  constructor(sample: Sample, onError: (error: unknown) => void) {
    this.#sample = sample;
    this.#onError = onError;
  }

  /** Returns an object with the fields of the sample and a dispose function of its own, for one holder. */
  lend(): Sample & Disposable {
    this.#holders++;
    let isHeld = true;
    const dispose = () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders--;
      if (this.#holders === 0) this.#dispose();
    };
    const sample = this.#sample;
    // A copy would lose the getters of a class, and an object that inherits from the sample would break getters of private
    // fields. The target of the proxy is not the sample, because the sample may be frozen.
    return new Proxy({} as Sample & Disposable, {
      get: (_, key) => (key === Symbol.dispose ? dispose : Reflect.get(sample, key)),
      has: (_, key) => Reflect.has(sample, key),
    });
  }

  /** Whether the sample is a valid image. */
  get isImage(): boolean {
    try {
      return checkImageSample(this.#sample) !== undefined;
    } catch {
      return false;
    }
  }

  #dispose(): void {
    try {
      disposeSample(this.#sample);
    } catch (error) {
      this.#onError(error);
    }
  }
}
