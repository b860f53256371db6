import type { AudioMessage } from "../../wire/view-messages.ts";
import { AudioTimeline } from "./audio-timeline.ts";
import { toChannels } from "./to-channels.ts";

/** Callbacks of an {@link AudioPlayer}. */
export interface PlayerHandlers {
  /** Called when the browser waits for an action of the viewer, and when it has begun to play. */
  onBlocked(isBlocked: boolean): void;
  /** Called once for audio that the browser cannot play. */
  onFailure(error: unknown): void;
}

/** Length of the fade at the start of a block after a gap, in audio frames. A jump of the waveform would be a click. */
const fade = 128;
const gestures = ["pointerdown", "pointerup", "keydown"] as const;

/** Plays blocks of audio one after another without gaps. */
export class AudioPlayer {
  readonly #handlers: PlayerHandlers;
  #context: AudioContext | undefined;
  #analyser: AnalyserNode | undefined;
  #timeline = new AudioTimeline();
  #isOn = false;
  #isBlocked = false;
  #hasFailed = false;
  /** The promise rejects if the context is closed meanwhile. */
  readonly #resume = () => void this.#context?.resume().catch(() => {});

  constructor(handlers: PlayerHandlers) {
    this.#handlers = handlers;
  }

  /** Turns audio on or off. Browsers start audio only after an action of the viewer. */
  turn(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    this.#hasFailed = false;
    if (!on) this.#close();
    // Some browsers let audio start only during the action. Otherwise, the first block opens the context, so that a
    // source without audio never asks the viewer for an action.
    else if (navigator.userActivation?.isActive) this.#open();
  }

  /**
   * Plays a block directly after the previous block.
   * @param videoLag By how much the video is older than the audio that arrives now, in seconds.
   */
  play(message: AudioMessage, data: ArrayBuffer, videoLag: number): void {
    if (!this.#isOn || this.#hasFailed) return;
    try {
      this.#play(message, data, videoLag);
    } catch (error) {
      this.#hasFailed = true;
      this.#handlers.onFailure(error);
    }
  }

  /** Returns the current loudness: 0 at or below -60 dB, 1 at full scale. */
  level(): number {
    if (this.#analyser === undefined) return 0;
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return Math.max(0, 1 + Math.log10(Math.max(power, 1e-9)) / 6);
  }

  #play(message: AudioMessage, data: ArrayBuffer, videoLag: number): void {
    const { sampleRate, numberOfFrames, timestamp } = message;
    if (this.#context?.sampleRate !== sampleRate) this.#open(sampleRate);
    const context = this.#context;
    // The clock of a context stands still until the browser plays.
    if (context?.state !== "running" || this.#analyser === undefined) return;

    const block = { timestamp: timestamp / 1e6, duration: numberOfFrames / sampleRate };
    const start = this.#timeline.place(block, context.currentTime, videoLag);
    if (start === undefined) return;
    const channels = toChannels(message, data);
    const buffer = context.createBuffer(channels.length, numberOfFrames, sampleRate);
    for (const [index, channel] of channels.entries()) {
      if (!start.isContinuous) fadeIn(channel);
      buffer.copyToChannel(channel, index);
    }
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(this.#analyser);
    // Blocks start on sample boundaries of the context, so that adjacent blocks join without a click.
    source.start(Math.round(start.time * sampleRate) / sampleRate);
  }

  /** Opens a context with the sample rate of the audio. Resampling each block separately would be audible. */
  #open(sampleRate?: number): void {
    this.#close();
    this.#timeline = new AudioTimeline();
    const context = new AudioContext(sampleRate === undefined ? {} : { sampleRate });
    this.#context = context;
    this.#analyser = new AnalyserNode(context, { fftSize: 1_024 });
    this.#analyser.connect(context.destination);
    context.onstatechange = () => this.#tell(context.state !== "running");
    for (const name of gestures) addEventListener(name, this.#resume, true);
    this.#resume();
    // The context is not running at first, also if the browser needs no action of the viewer.
    setTimeout(() => this.#context === context && this.#tell(context.state !== "running"), 300);
  }

  #close(): void {
    for (const name of gestures) removeEventListener(name, this.#resume, true);
    const context = this.#context;
    this.#context = undefined;
    this.#analyser = undefined;
    if (context === undefined) return;
    context.onstatechange = null;
    void context.close();
    if (!this.#isOn) this.#tell(false);
  }

  #tell(isBlocked: boolean): void {
    if (isBlocked === this.#isBlocked) return;
    this.#isBlocked = isBlocked;
    this.#handlers.onBlocked(isBlocked);
  }
}

function fadeIn(channel: Float32Array): void {
  const end = Math.min(fade, channel.length);
  for (let at = 0; at < end; at++) channel[at] = ((channel[at] ?? 0) * at) / end;
}
