/** Audio frames per second of the audio for the LiveKit library. Opus encodes this rate directly. */
export const outputRate = 48_000;

/** Number of channels of the audio for the LiveKit library, which takes interleaved 16-bit values. */
export const outputChannels = 2;
