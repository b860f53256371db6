/** Size of the screen. */
export const width: number = 1920;
export const height: number = 1080;

/** Frames grabbed per second. */
export const framesPerSecond: number = 30;
