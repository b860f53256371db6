import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";

/**
 * A picture as a receiver hands it out. Disposing it tells the uploader that it is consumed, and gives its memory
 * back, to be filled by another one: `data` may be empty from then on.
 *
 * With the option `decode` (the default; `Decode` is `true`), it is never compressed.
 */
export type ReceivedImageSample<Decode extends boolean = boolean> = (Decode extends true
  ? ImageSample
  : ImageSample | EncodedImageSample) &
  Disposable;

/** A sample of a receiver, discriminated by `type`. Disposing audio does nothing: its memory is too small to be pooled. */
export type Sample<Decode extends boolean = boolean> =
  | ReceivedImageSample<Decode>
  | (AudioSample & Disposable);

/** The samples of one type. */
export type SampleOf<Type extends Sample["type"], Decode extends boolean = boolean> = Extract<
  Sample<Decode>,
  { readonly type: Type }
>;

/** What a player of sound has to be set up for. */
export type AudioFormat = Pick<AudioSample, "format" | "sampleRate" | "numberOfChannels">;
