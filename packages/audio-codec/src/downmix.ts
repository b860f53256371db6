/** Weight of each input channel in the left and in the right output channel. */
export interface Downmix {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

type Weights = readonly [left: number, right: number];

const left: Weights = [1, 0];
const right: Weights = [0, 1];
/** A centre channel goes to both sides at -3 dB, as in ITU-R BS.775. */
const centre: Weights = [Math.SQRT1_2, Math.SQRT1_2];
/** A surround channel goes to its side at -3 dB, as in ITU-R BS.775. */
const surroundLeft: Weights = [Math.SQRT1_2, 0];
const surroundRight: Weights = [0, Math.SQRT1_2];
/** ITU-R BS.775 leaves out the LFE channel. It is mixed in at -6 dB, so that no channel is inaudible. */
const lowFrequency: Weights = [0.5, 0.5];

/**
 * Channel order for 1 to 8 channels, as in RFC 9639, section 9.1.3. The orders of WAVE, and of Web Audio for mono,
 * stereo, quad and 5.1, are the same.
 */
const layouts: readonly (readonly Weights[])[] = [
  [[1, 1]],
  [left, right],
  [left, right, centre],
  [left, right, surroundLeft, surroundRight],
  [left, right, centre, surroundLeft, surroundRight],
  [left, right, centre, lowFrequency, surroundLeft, surroundRight],
  [left, right, centre, lowFrequency, centre, surroundLeft, surroundRight],
  [left, right, centre, lowFrequency, surroundLeft, surroundRight, surroundLeft, surroundRight],
];

/**
 * Returns the weights that mix this number of channels down to stereo. The weights of each side add up to at most 1, so
 * that full-scale input does not clip. More than 8 channels have no standard order: they alternate between left and
 * right, and an odd last channel goes to both.
 */
export function downmix(numberOfChannels: number): Downmix {
  const layout = layouts[numberOfChannels - 1] ?? alternating(numberOfChannels);
  const total = Math.max(
    ...[0, 1].map((side) => layout.reduce((sum, weights) => sum + (weights[side] ?? 0), 0)),
  );
  return {
    left: layout.map((weights) => weights[0] / total),
    right: layout.map((weights) => weights[1] / total),
  };
}

function alternating(numberOfChannels: number): readonly Weights[] {
  return Array.from({ length: numberOfChannels }, (_, index) => {
    if (index % 2 === 1) return right;
    return index === numberOfChannels - 1 ? centre : left;
  });
}
