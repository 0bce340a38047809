import type { Socket } from "node:net";
import type { Clock } from "../clock.ts";
import type { Scene } from "../faults/fault.ts";
import type { Faults } from "../faults/faults.ts";
import { errorMessage, type Message, managedAccounts, nextValidId } from "../wire/answers.ts";
import { WireMalformed } from "../wire/cursor.ts";
import { type Fields, FrameReader, lengthPrefixed } from "../wire/frame.ts";
import { type Request, readRequest } from "../wire/requests.ts";
import { localTime } from "../zone.ts";
import { type Framing, Outlet } from "./outlet.ts";
import { Watches } from "./watches.ts";

/** One message on the wire, as it was sent or read: what transcripts are made of. */
export type WireEntry = Readonly<{ at: string; direction: "client" | "server"; connection: number; fields: Fields }>;

/** What a connection needs of the gateway. */
export type SessionGround = Readonly<{
  clock: Clock;
  zone: string;
  faults: Faults;
  framing: Framing;
  serverVersionMax: number;
  /** Messages that a client may send within a second; null: as many as it likes. */
  messagesPerSecond: number | null;
  accounts: () => readonly string[];
  nextOrderId: (client: number) => number;
  /** Whether a client with this id is connected already. */
  taken: (client: number) => boolean;
  /** What has begun on this connection. */
  opened: (session: Session) => void;
  closed: (session: Session) => void;
  answer: (session: Session, request: Request) => void;
  /** Null where nobody looks. */
  observe: ((entry: WireEntry) => void) | null;
}>;

/** The oldest version that is spoken. */
const VERSION_MIN = 173;

/** One connection of one client, from its greeting to its end. */
export class Session {
  readonly number: number;
  readonly watches = new Watches();
  readonly #ground: SessionGround;
  readonly #socket: Socket;
  readonly #outlet: Outlet;
  readonly #reader = new FrameReader();
  readonly #recent: number[] = [];
  #version = 0;
  #client: number | null = null;
  /** Neither reads nor writes any more, while the connection stays. */
  #deaf = false;
  /** Does what it is asked, and says nothing of it. */
  #silent = false;

  constructor(number: number, socket: Socket, ground: SessionGround) {
    this.number = number;
    this.#ground = ground;
    this.#socket = socket;
    this.#outlet = new Outlet(socket, ground.framing);
    socket.setNoDelay(true);
    socket.on("data", (piece: Buffer) => this.#read(piece));
    socket.on("error", () => {}); // Its end follows, and says all there is to say.
    socket.on("close", () => ground.closed(this));
  }

  /** The version that was agreed on; 0 before. */
  get version(): number {
    return this.#version;
  }

  /** Null before it said who it is. */
  get client(): number | null {
    return this.#client;
  }

  /** Says a message, unless a fault has it otherwise. */
  say(message: Message): void {
    const { faults, clock } = this.#ground;
    const scene = this.#scene({ message: message.name }, message);
    if (this.#deaf || this.#silent || this.#socket.destroyed || faults.take("lose", scene)) return;
    const delay = faults.take("delay", scene);
    if (delay) return void clock.after(delay.byMs, () => this.#write(message.encode(this.#version)));
    if (faults.take("drop-before", scene)) return void this.drop();
    this.#write(message.encode(this.#version));
    if (faults.take("duplicate", scene)) this.#write(message.encode(this.#version));
    if (faults.take("drop-after", scene)) this.drop();
  }

  /** Breaks the connection, after what was said is out. */
  drop(): void {
    this.#deaf = true;
    this.#outlet.end();
  }

  /** Keeps the connection and does nothing on it. */
  goHalfOpen(): void {
    this.#deaf = true;
  }

  #read(piece: Buffer): void {
    if (this.#deaf) return;
    let messages: Fields[];
    try {
      messages = this.#reader.read(piece);
    } catch {
      return void this.drop(); // No TWS client: nothing that could be answered.
    }
    for (const fields of messages) {
      if (this.#deaf) return;
      this.#take(fields);
    }
  }

  #take(fields: Fields): void {
    this.#observe("client", fields);
    if (this.#version === 0) return void this.#greet(fields[1] ?? "");
    let request: Request;
    try {
      request = readRequest(fields, this.#version);
    } catch (error) {
      if (!(error instanceof WireMalformed)) throw error;
      return void this.say(errorMessage(-1, 320, `Error reading request. ${error.message}`));
    }
    if (request.request === "unknown") return void this.say(errorMessage(-1, 505, "Fatal Error: Unknown message id."));
    if (request.request === "startApi") return void this.#start(request.client);
    if (this.#client === null) return void this.drop();
    this.#listen(request);
  }

  /** Takes the greeting and agrees on a version: the lower of both newest ones. */
  #greet(range: string): void {
    const [, from, to] = /^v(\d+)(?:\.\.(\d+))?/.exec(range) ?? [];
    const newest = Math.min(Number(to ?? from ?? 0), this.#ground.serverVersionMax);
    if (newest < Math.max(VERSION_MIN, Number(from ?? 0))) return void this.drop();
    this.#version = newest;
    const { date, time } = localTime(this.#ground.clock.now(), this.#ground.zone);
    const fields = [String(newest), `${date} ${time} ${this.#ground.zone}`];
    this.#observe("server", fields);
    this.#outlet.writeRaw(lengthPrefixed(`${fields.join("\0")}\0`));
  }

  #start(client: number): void {
    const { faults, taken, accounts, nextOrderId, opened } = this.#ground;
    if (taken(client) || faults.take("client-id-in-use", { client })) {
      this.say(errorMessage(-1, 326, "Unable to connect as the client id is already in use. Retry with a unique client id."));
      return void this.drop();
    }
    this.#client = client;
    this.say(managedAccounts(accounts()));
    this.say(nextValidId(nextOrderId(client)));
    this.say(errorMessage(-1, 2104, "Market data farm connection is OK:usfarm"));
    this.say(errorMessage(-1, 2106, "HMDS data farm connection is OK:ushmds"));
    this.say(errorMessage(-1, 2158, "Sec-def data farm connection is OK:secdefnj"));
    opened(this);
  }

  #listen(request: Request): void {
    const { faults, answer } = this.#ground;
    const scene = this.#scene({ request: request.request }, request);
    if (faults.take("drop-unread", scene)) return void this.drop();
    if (faults.take("lose-request", scene)) return;
    if (faults.take("half-open", scene)) return void this.goHalfOpen();
    if (this.#tooFast() || faults.take("rate-limit", scene)) {
      return void this.say(errorMessage(idOf(request), 100, "Max rate of messages per second has been exceeded."));
    }
    this.#silent = faults.take("drop-unanswered", scene) !== undefined;
    answer(this, request);
    if (this.#silent) this.drop();
  }

  #tooFast(): boolean {
    const { messagesPerSecond, clock } = this.#ground;
    if (messagesPerSecond === null) return false;
    const now = clock.now();
    while (this.#recent.length > 0 && (this.#recent[0] ?? now) <= now - 1000) this.#recent.shift();
    this.#recent.push(now);
    return this.#recent.length > messagesPerSecond;
  }

  #scene(scene: Scene, about: Message | Request): Scene {
    const client = this.#client === null ? {} : { client: this.#client };
    if ("name" in about) {
      const { order } = about;
      return order === undefined
        ? { ...scene, ...client }
        : { ...scene, ...client, reference: order.terms.reference, symbol: order.contract.symbol };
    }
    if (about.request !== "placeOrder") return { ...scene, ...client };
    return { ...scene, ...client, reference: about.order.reference, symbol: about.order.contract.symbol };
  }

  #write(fields: Fields): void {
    if (this.#deaf) return;
    this.#observe("server", fields);
    this.#outlet.write(fields);
  }

  #observe(direction: WireEntry["direction"], fields: Fields): void {
    this.#ground.observe?.({ at: new Date(this.#ground.clock.now()).toISOString(), direction, connection: this.number, fields });
  }
}

function idOf(request: Request): number {
  if (request.request === "placeOrder") return request.order.orderId;
  if (request.request === "cancelOrder") return request.orderId;
  return "reqId" in request ? request.reqId : -1;
}
