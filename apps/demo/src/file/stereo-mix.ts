/** The audio of a video file, as ffprobe describes it. */
export interface FileAudio {
  readonly channels: number;
  /** ffmpeg's name of the channel layout, such as "5.1(side)". */
  readonly layout: string;
}

/** The layouts that ffmpeg mixes to stereo without dropping a channel. It drops channels of other layouts, or rejects them. */
const mixable =
  /^(mono|stereo|downmix|2\.1|3\.0(\(back\))?|3\.1|4\.[01]|quad(\(side\))?|[567]\.[01](\((side|back|front|wide|wide-side)\))?|hexagonal|octagonal)$/;

/** Level of the low-frequency channel, which ffmpeg drops by default. The other channels are mixed at this level too. */
const lowFrequencyLevel = Math.SQRT1_2;

/**
 * Returns ffmpeg filters that mix audio to stereo without losing a channel. The channels of an unknown layout are mixed
 * in turn into the left and the right one.
 */
export function stereoMix({ channels, layout }: FileAudio, sampleRate: number): string {
  const resample = `aresample=${sampleRate}:async=1000:first_pts=0:lfe_mix_level=${lowFrequencyLevel}`;
  if (channels <= 2 || mixable.test(layout)) return resample;
  const side = (first: number) => {
    const inputs = Array.from({ length: channels }, (_, channel) => channel).filter(
      (channel) => channel % 2 === first,
    );
    return inputs.map((channel) => `c${channel}`).join("+");
  };
  // `<` divides by the number of channels, so that no sum is clipped.
  return `pan=stereo|c0<${side(0)}|c1<${side(1)},${resample}`;
}
