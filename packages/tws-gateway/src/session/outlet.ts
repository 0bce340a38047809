import type { Socket } from "node:net";
import { type Fields, frame } from "../wire/frame.ts";

/** How frames are put into TCP: each for itself, several together, or in pieces of so many bytes. */
export type Framing = "whole" | "coalesced" | Readonly<{ split: number }>;

/** Writes frames to a socket as the framing has it. Never throws; what comes after the end is lost. */
export class Outlet {
  readonly #socket: Socket;
  readonly #framing: Framing;
  #waiting: Buffer[] = [];
  #running = false;
  #ending = false;

  constructor(socket: Socket, framing: Framing) {
    this.#socket = socket;
    this.#framing = framing;
  }

  write(fields: Fields): void {
    this.writeRaw(frame(fields));
  }

  writeRaw(bytes: Buffer): void {
    if (this.#ending || this.#socket.destroyed) return;
    if (this.#framing === "whole") return void this.#socket.write(bytes);
    this.#waiting.push(bytes);
    this.#run();
  }

  /** Breaks the connection once everything that was written is out. */
  end(): void {
    this.#ending = true;
    if (this.#waiting.length === 0) this.#socket.destroySoon();
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => this.#turn());
  }

  /** One turn: all that waits in one piece, or one piece of it. */
  #turn(): void {
    this.#running = false;
    const bytes = Buffer.concat(this.#waiting);
    const length = typeof this.#framing === "object" ? Math.max(1, this.#framing.split) : bytes.length;
    this.#waiting = bytes.length > length ? [bytes.subarray(length)] : [];
    if (bytes.length > 0 && !this.#socket.destroyed) this.#socket.write(bytes.subarray(0, length));
    if (this.#waiting.length > 0) this.#run();
    else if (this.#ending) this.#socket.destroySoon();
  }
}
