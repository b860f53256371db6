/** A picture on its way to viewers. */
export interface PublishedPicture {
  readonly sequence: number;
  /** Its announcement, written once for all viewers. */
  readonly header: string;
  readonly data: Uint8Array;
  readonly isEncoded: boolean;
}

/**
 * Decides for one viewer which picture is sent when: few are under way, the newest one waits, and what it replaces is
 * counted. Raw pixels go one at a time; encoded pictures go two at a time, so that one travels while one is decoded.
 */
export class PictureSlot {
  readonly #underWay: number[] = [];
  #waiting: PublishedPicture | undefined;
  #replaced = 0;

  /** Pictures that gave way to a newer one. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Takes a new picture and returns it if it is to be sent now. */
  offer(picture: PublishedPicture): PublishedPicture | undefined {
    if (this.#waiting !== undefined) this.#replaced++;
    this.#waiting = picture;
    return this.#take();
  }

  /** Notes that a viewer is done with a picture and all before it, and returns the one to be sent now, if any. */
  acknowledge(sequence: number): PublishedPicture | undefined {
    const open = this.#underWay.findIndex((sent) => sent > sequence);
    this.#underWay.splice(0, open === -1 ? this.#underWay.length : open);
    return this.#take();
  }

  #take(): PublishedPicture | undefined {
    const picture = this.#waiting;
    if (picture === undefined || this.#underWay.length >= (picture.isEncoded ? 2 : 1)) return undefined;
    this.#waiting = undefined;
    this.#underWay.push(picture.sequence);
    return picture;
  }
}
