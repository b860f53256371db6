import {
  inputMessageType,
  messageContent,
  ProtocolError,
  parseViewerInput,
  type Scheduler,
  type ViewerInput,
} from "@broadcast-ipc/protocol";
import { InputRelay, type ReceiverLike } from "@broadcast-ipc/receiver/sink";
import { type RemoteParticipant, type Room, RoomEvent, RpcError } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";
import { viewerId } from "./viewer-id.ts";

/** Maximum length of an input in bytes. LiveKit recommends 15 KiB for a data packet, and allows no more for an RPC call. */
const maxInputBytes = 15 * 1024;

/** Code of the RpcError for a participant that may not send input. Codes from 1001 on belong to LiveKit. */
const forbidden = 403;

/** Code of the RpcError for an invalid input. */
const invalid = 400;

/** Code of the RpcError if the input did not reach the source. */
const unavailable = 503;

interface ParticipantInputOptions {
  readonly scheduler: Scheduler;
  readonly allowInput: (participant: RemoteParticipant) => boolean;
  onFailure(error: unknown): void;
}

/**
 * Passes the inputs of a room's participants on to the source: data messages of topic "input", and calls of the RPC
 * method "input". A call is answered when its input was sent. Inputs of participants that are not admitted are only counted.
 */
export class ParticipantInput {
  readonly #room: Room;
  readonly #options: ParticipantInputOptions;
  readonly #relay: InputRelay;
  /** Identities of the participants whose input was passed on. */
  readonly #senders = new Set<string>();
  #refused = 0;

  constructor(room: Room, options: ParticipantInputOptions) {
    this.#room = room;
    this.#options = options;
    this.#relay = new InputRelay(options.scheduler);
    room.on(RoomEvent.DataReceived, this.#onData);
    room.on(RoomEvent.ParticipantDisconnected, this.#onLeave);
    room.localParticipant?.registerRpcMethod(inputMessageType, this.#onCall);
  }

  get counts(): { readonly sent: number; readonly dropped: number; readonly refused: number } {
    return { ...this.#relay.counts, refused: this.#refused };
  }

  /** Sends inputs to this receiver from now on; `undefined` disconnects. */
  connect(receiver: ReceiverLike | undefined): void {
    if (receiver) this.#relay.connect((input) => receiver.send(inputMessageType, ...messageContent(input)));
    else this.#relay.disconnect();
  }

  close(): void {
    this.#relay.disconnect();
    this.#room.off(RoomEvent.DataReceived, this.#onData);
    this.#room.off(RoomEvent.ParticipantDisconnected, this.#onLeave);
    if (this.#room.isConnected) this.#room.localParticipant?.unregisterRpcMethod(inputMessageType);
  }

  readonly #onData = (
    data: Uint8Array,
    participant: RemoteParticipant | undefined,
    _kind: unknown,
    topic: string | undefined,
  ): void => {
    if (topic !== inputMessageType) return;
    try {
      this.#push(participant, data.length, () => new TextDecoder().decode(data));
    } catch (error) {
      if (!(error instanceof RpcError)) this.#options.onFailure(error);
      else if (error.code === invalid) this.#options.onFailure(inputError(participant, error.message));
    }
  };

  readonly #onCall = async (call: { callerIdentity: string; payload: string }): Promise<string> => {
    const participant = this.#room.remoteParticipants.get(call.callerIdentity);
    const viewer = this.#push(participant, call.payload.length, () => call.payload);
    try {
      await this.#relay.written(viewer);
    } catch (error) {
      throw new RpcError(unavailable, error instanceof Error ? error.message : String(error));
    }
    return "";
  };

  readonly #onLeave = (participant: RemoteParticipant): void => {
    this.#senders.delete(participant.identity);
    this.#relay.release(viewerId(participant));
  };

  /** Passes an input on and returns its viewer. Throws an RpcError that tells why it is refused. */
  #push(participant: RemoteParticipant | undefined, length: number, text: () => string): string {
    if (!participant || !this.#isAllowed(participant)) {
      this.#refused++;
      throw new RpcError(forbidden, "this participant may not send input");
    }
    const viewer = viewerId(participant);
    try {
      if (length > maxInputBytes) throw new Error(`an input must have at most ${maxInputBytes} bytes`);
      this.#relay.push(viewer, parseText(text()));
    } catch (error) {
      this.#refused++;
      throw new RpcError(invalid, (error as Error).message);
    }
    this.#senders.add(participant.identity);
    return viewer;
  }

  #isAllowed(participant: RemoteParticipant): boolean {
    if (this.#options.allowInput(participant)) return true;
    // The keys and buttons that the participant held while it was admitted are released.
    if (this.#senders.delete(participant.identity)) this.#relay.release(viewerId(participant), true);
    return false;
  }
}

function parseText(text: string): ViewerInput {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError("ERR_PROTOCOL_INVALID_MESSAGE", "input: must be JSON");
  }
  return parseViewerInput(value);
}

function inputError(participant: RemoteParticipant | undefined, message: string): LiveKitPublisherError {
  const sender = JSON.stringify(participant?.identity ?? "");
  return new LiveKitPublisherError("ERR_LIVEKIT_INVALID_INPUT", `participant ${sender}: ${message}`);
}
