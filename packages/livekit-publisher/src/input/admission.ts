import type { RemoteParticipant } from "@livekit/rtc-node";

/**
 * Returns a check that calls `allowInput` and never throws: in an event listener of the room, an error would end the
 * process. Only `true` admits. An error is reported, and so is any other truthy value, such as the promise of an async
 * function.
 */
export function admission(
  allowInput: (participant: RemoteParticipant) => unknown,
  onFailure: (error: unknown) => void,
): (participant: RemoteParticipant) => boolean {
  return (participant) => {
    try {
      const answer = allowInput(participant);
      if (answer && answer !== true) {
        throw new TypeError(`allowInput must return a boolean, got ${typeof answer}`);
      }
      return answer === true;
    } catch (error) {
      onFailure(error);
      return false;
    }
  };
}
