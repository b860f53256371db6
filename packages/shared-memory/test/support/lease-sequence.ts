import { expect } from "vitest";
import type { Random } from "../../../../tests/support/random.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { type LinkedRoutes, linkedRoutes } from "./linked-routes.ts";

const regionPages = 24;
const maxLength = 6 * 4096;

/** Bytes that a test holds, and the byte value that fills them. */
interface Held<Bytes extends Uint8Array = Uint8Array> {
  readonly bytes: Bytes;
  readonly fill: number;
}

/** A connection whose payloads are sent, released, dropped and transferred at random. Each payload is filled with its own byte. */
export class LeaseSequence {
  readonly #random: Random;
  readonly #transfers: boolean;
  readonly #routes: LinkedRoutes;
  readonly #underway: { readonly reference: Uint8Array; readonly fill: number }[] = [];
  readonly #received: Held[] = [];
  readonly #allocated: Held<Uint8Array & Disposable>[] = [];
  readonly #moved: Held[] = [];
  #receiverTransfers = 0;
  #senderTransfers = 0;
  #next = 0;

  private constructor(random: Random, transfers: boolean, routes: LinkedRoutes) {
    this.#random = random;
    this.#transfers = transfers;
    this.#routes = routes;
  }

  /** Starts a connection. `transfers` is whether some payloads are transferred, which costs their slots. */
  static async start(random: Random, transfers: boolean): Promise<LeaseSequence> {
    const routes = linkedRoutes({ bytes: regionPages * 4096, slots: 8, minPayloadBytes: 1 });
    routes.sender.store([new Uint8Array(1)], 1);
    await routes.settle();
    return new LeaseSequence(random, transfers, routes);
  }

  async step(): Promise<void> {
    const kind = this.#random.below(100);
    if (kind < 30) this.#store();
    else if (kind < 50) this.#deliver();
    else if (kind < 65) this.#release();
    else if (kind < 72) this.#drop();
    else if (kind < 82) this.#allocate();
    else if (kind < 90) this.#sendInPlace();
    else if (kind < 96) this.#giveUp();
    else if (kind < 97) await collectGarbage(1);
    else if (kind < 98 && this.#transfers) this.#transfer();
    if (this.#random.below(2) === 0) await this.#routes.settle();
    for (const held of this.#received) verify(held);
    for (const held of this.#allocated) verify(held);
    for (const held of this.#moved) verify(held);
  }

  /** Ends the connection and gives everything back. Returns how many mappings have to stay because of transfers. */
  async end(): Promise<number> {
    const { sender, receiver, settle } = this.#routes;
    if (!this.#transfers) await this.#expectNothingLost();
    sender.close();
    if (this.#random.below(2) === 0) await settle();
    for (const held of this.#received) verify(held);
    receiver.close();
    for (const held of [...this.#received, ...this.#allocated, ...this.#moved]) verify(held);
    while (this.#received.length > 0) this.#release();
    while (this.#allocated.length > 0) this.#giveUp();
    await settle();
    return Number(this.#receiverTransfers > 0) + Number(this.#senderTransfers > 0);
  }

  /** Expects that the whole region is free once everything was given back. */
  async #expectNothingLost(): Promise<void> {
    const { sender, receiver, settle } = this.#routes;
    while (this.#underway.length > 0) this.#deliver();
    while (this.#received.length > 0) this.#release();
    while (this.#allocated.length > 0) this.#giveUp();
    await settle();
    for (let round = 0; round < 10; round++) {
      await collectGarbage(2);
      await settle();
      const whole = sender.allocate((regionPages - 1) * 4096);
      whole?.[Symbol.dispose]();
      if (whole !== undefined) break;
      expect(round).toBeLessThan(9);
    }
    const { sent } = sender.stats;
    expect(receiver.stats.received).toEqual(sent);
  }

  #store(): void {
    const fill = this.#newFill();
    const bytes = new Uint8Array(1 + this.#random.below(maxLength)).fill(fill);
    const cut = this.#random.below(bytes.length);
    const parts = this.#random.below(2) === 0 ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)];
    this.#send(parts, bytes.length, fill);
  }

  #sendInPlace(): void {
    const held = this.#allocated[this.#random.below(8)];
    if (held !== undefined) this.#send([held.bytes], held.bytes.length, held.fill);
  }

  #send(parts: readonly Uint8Array[], length: number, fill: number): void {
    const reference = this.#routes.sender.store(parts, length);
    if (reference !== undefined) this.#underway.push({ reference, fill });
  }

  #deliver(): void {
    const message = this.#underway.shift();
    if (message === undefined) return;
    const held = { bytes: this.#routes.receiver.load(message.reference), fill: message.fill };
    verify(held);
    this.#received.push(held);
  }

  #release(): void {
    const held = this.#take(this.#received);
    if (held === undefined) return;
    this.#routes.receiver.release(held.bytes);
    if (this.#random.below(4) === 0) this.#routes.receiver.release(held.bytes);
    expect(held.bytes.length).toBe(0);
  }

  #drop(): void {
    this.#take(this.#random.below(3) === 0 ? this.#allocated : this.#received);
  }

  #allocate(): void {
    const fill = this.#newFill();
    const bytes = this.#routes.sender.allocate(1 + this.#random.below(maxLength));
    if (bytes !== undefined) this.#allocated.push({ bytes: fillIn(bytes, fill), fill });
  }

  #giveUp(): void {
    const held = this.#take(this.#allocated);
    if (held === undefined) return;
    held.bytes[Symbol.dispose]();
    expect(held.bytes.length).toBe(0);
  }

  #transfer(): void {
    const isReceived = this.#random.below(2) === 0;
    const held = this.#take<Held>(isReceived ? this.#received : this.#allocated);
    if (held === undefined) return;
    const { fill, bytes } = held;
    const moved = structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
    this.#moved.push({ bytes: moved, fill });
    if (isReceived) this.#receiverTransfers++;
    else this.#senderTransfers++;
    if (this.#random.below(2) !== 0) return;
    if (isReceived) this.#routes.receiver.release(bytes);
    else (bytes as Held<Uint8Array & Disposable>["bytes"])[Symbol.dispose]();
  }

  #take<T extends Held>(from: T[]): T | undefined {
    return from.splice(this.#random.below(Math.max(1, from.length)), 1)[0];
  }

  #newFill(): number {
    this.#next = (this.#next + 1) % 256;
    return this.#next;
  }
}

function fillIn<T extends Uint8Array>(bytes: T, fill: number): T {
  bytes.fill(fill);
  return bytes;
}

/** Expects that the bytes are still those that were sent. */
function verify({ bytes, fill }: Held): void {
  if (bytes.length > 0 && bytes.every((byte) => byte === fill)) return;
  throw new Error(
    `a payload of ${bytes.length} bytes with the fill ${fill} was changed: ${bytes.subarray(0, 8)}`,
  );
}
