import type { AudioMetadata, AudioSample, BroadcastAudioCodec } from "@broadcast-ipc/audio-codec";

export declare const codec: BroadcastAudioCodec;
export declare const metadata: AudioMetadata;
export declare const sample: AudioSample;
