import { createServer, type Socket } from "node:net";
import { type Clock, wallClock } from "../clock.ts";
import { listen } from "../listen.ts";
import { Outlet } from "../session/outlet.ts";
import type { WireEntry } from "../session/session.ts";
import { type Fields, FrameReader, lengthPrefixed } from "../wire/frame.ts";
import { LivingIds } from "./ids.ts";

/** How a transcript is replayed. */
export type ReplaySettings = Readonly<
  Partial<{
    host: string;
    port: number;
    clock: Clock;
    /** How fast what the server said follows: 1 as recorded, 10 ten times as fast; null at once. */
    pace: number | null;
    /** Sees messages of the client that the transcript does not have, or no more. */
    unknown: (fields: Fields) => void;
  }>
>;

/** A running replay. */
export type Replay = Readonly<{ host: string; port: number; close: () => Promise<void> }>;

/** What the server said in answer to one message of the client, and the message; the first has none. */
type Turn = { readonly asked: WireEntry | null; readonly said: WireEntry[]; used: boolean };

/**
 * Plays the server of a transcript: what it said after a message of the client is said when a message of that kind comes again, in
 * whichever order they come, under the client's own request and order ids. The first connection is answered as the first recorded
 * one, and so on; the last again for more. Rejects where the port is busy.
 */
export async function startReplay(transcript: readonly WireEntry[], settings: ReplaySettings = {}): Promise<Replay> {
  const { host = "127.0.0.1", clock = wallClock(), pace = null, unknown = () => {} } = settings;
  const numbers = [...new Set(transcript.map(({ connection }) => connection))];
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const number = numbers[Math.min(count++, numbers.length - 1)];
    new Played(socket, turnsOf(transcript.filter(({ connection }) => connection === number)), { clock, pace, unknown });
  });
  const port = await listen(server, host, settings.port ?? 0);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { host, port, close };
}

function turnsOf(entries: readonly WireEntry[]): Turn[] {
  const turns: Turn[] = [{ asked: null, said: [], used: false }];
  for (const entry of entries) {
    if (entry.direction === "client") turns.push({ asked: entry, said: [], used: false });
    else turns.at(-1)?.said.push(entry);
  }
  return turns;
}

/** One connection of a replay. */
class Played {
  readonly #outlet: Outlet;
  readonly #turns: readonly Turn[];
  readonly #settings: Readonly<{ clock: Clock; pace: number | null; unknown: (fields: Fields) => void }>;
  readonly #reader = new FrameReader();
  #ids = new LivingIds(0);

  constructor(
    socket: Socket,
    turns: readonly Turn[],
    settings: Readonly<{ clock: Clock; pace: number | null; unknown: (fields: Fields) => void }>,
  ) {
    this.#outlet = new Outlet(socket, "whole");
    this.#turns = turns;
    this.#settings = settings;
    socket.on("error", () => {}); // Its end follows.
    socket.on("data", (piece: Buffer) => {
      try {
        for (const fields of this.#reader.read(piece)) this.#hear(fields);
      } catch {
        socket.destroy(); // No TWS client.
      }
    });
  }

  #hear(fields: Fields): void {
    const turn = this.#turns.find(({ asked, used }) => !used && asked?.fields[0] === fields[0]);
    if (turn === undefined || turn.asked === null) return void this.#unknown(fields);
    turn.used = true;
    if (fields[0] === "API") this.#ids = new LivingIds(Number(turn.said[0]?.fields[0] ?? 0));
    else this.#ids.note(fields, turn.asked.fields);
    const begun = Date.parse(turn.asked.at);
    for (const entry of turn.said) {
      const { pace, clock } = this.#settings;
      const write = (): void => this.#write(entry.fields, fields[0] === "API");
      if (pace === null) write();
      else clock.after(Math.max(0, Date.parse(entry.at) - begun) / pace, write);
    }
  }

  #write(recorded: Fields, greets: boolean): void {
    // The greeting's answer has no message id, and is the only thing that is said after it.
    if (greets) this.#outlet.writeRaw(lengthPrefixed(`${recorded.join("\0")}\0`));
    else this.#outlet.write(this.#ids.living(recorded));
  }

  /** The time of day is told to whoever asks: clients do so to see whether anybody is there. */
  #unknown(fields: Fields): void {
    if (fields[0] === "49") this.#outlet.write(["49", "1", String(Math.floor(this.#settings.clock.now() / 1000))]);
    else this.#settings.unknown(fields);
  }
}
