import { gapsOf, hear } from "../audio/measure-audio.ts";
import { cpuOf } from "../live/cpu-of.ts";
import { measureLive } from "../live/run-live.ts";
import { percentile } from "../statistics.ts";
import type { Comparison } from "./comparison.ts";

const lanes = ["broadcast-ipc raw", "broadcast-ipc JPEG, jpeg-turbo", "broadcast-ipc delta"];

/**
 * Comparisons of live runs: video frames from a capture process to a consumer, and audio beside video frames. Each run
 * is measured for `seconds`.
 */
export function liveComparisons(seconds: number): readonly Comparison[] {
  return [...lanes.map((lane) => endToEnd(lane, seconds)), busyConsumer(seconds), audio(seconds)];
}

function endToEnd(lane: string, seconds: number): Comparison {
  const name = `1080p, ${lane.replace("broadcast-ipc ", "")}`;
  return {
    part: "pipeline",
    name,
    async measure(files) {
      const result = await measureLive({ lane, fps: 30, busy: 0, scene: "typing" }, seconds, files);
      const age = percentile(result.consumed.ages, 50) / 1000;
      return [
        { name: `${name}, CPU ms per frame`, better: "less", value: cpuOf(result).both },
        { name: `${name}, age ms`, better: "less", value: age },
      ];
    },
  };
}

function busyConsumer(seconds: number): Comparison {
  const name = "1080p, raw, consumer busy for 100 ms";
  return {
    part: "lanes",
    name,
    async measure(files) {
      const lane = "broadcast-ipc raw";
      const { consumed } = await measureLive({ lane, fps: 60, busy: 100, scene: "ring" }, seconds, files);
      return [{ name: `${name}, age ms`, better: "less", value: percentile(consumed.ages, 50) / 1000 }];
    },
  };
}

function audio(seconds: number): Comparison {
  const name = "audio beside raw 1080p";
  return {
    part: "lanes",
    name,
    async measure(files) {
      const { times, frames } = await hear("broadcast-ipc", seconds, files);
      const gap = percentile(gapsOf(times), 95);
      return [
        { name: `${name}, ms between samples of 10 ms, p95`, better: "less", value: gap },
        { name: `${name}, frames per second`, better: "more", value: frames / seconds },
      ];
    },
  };
}
