import type { Contract } from "../broker/contract.ts";
import type { BrokerOrder } from "../broker/order.ts";
import type { Quote } from "../broker/quotes.ts";
import { errorMessage, type Message } from "../wire/answers.ts";
import { cashMoved, moved } from "./answer-account.ts";
import { quoted } from "./answer-market.ts";
import { type AnswerGround, sees } from "./ground.ts";
import type { Session } from "./session.ts";

/** What the hub can have done to the port. */
export type Door = Readonly<{ shut: (forMs: number) => void }>;

/** All connections of the gateway, and its own to the broker. */
export class Hub {
  readonly #sessions = new Set<Session>();
  readonly #masterClient: number | null;
  /** Orders and cancellations that wait for the broker. */
  readonly #waiting: (() => void)[] = [];
  #connected = true;
  /** Given once, when everything is made: answers need the hub as the hub needs them. */
  #ground: AnswerGround | undefined;
  #door: Door | undefined;

  constructor(masterClient: number | null) {
    this.#masterClient = masterClient;
  }

  attach(ground: AnswerGround, door: Door): void {
    this.#ground = ground;
    this.#door = door;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get clients(): readonly number[] {
    return [...this.#sessions].flatMap(({ client }) => (client === null ? [] : [client]));
  }

  enter(session: Session): void {
    this.#sessions.add(session);
    if (!this.#connected) session.say(errorMessage(-1, 1100, LOST));
  }

  leave(session: Session): void {
    this.#sessions.delete(session);
  }

  taken(client: number): boolean {
    return this.clients.includes(client);
  }

  /** To everybody who may see the order; to nobody while the broker is lost. */
  order(order: BrokerOrder, message: Message): void {
    if (!this.#connected) return;
    for (const session of this.#sessions) if (sees(session.client, this.#masterClient, order)) session.say(message);
  }

  client(client: number, message: Message): void {
    for (const session of this.#sessions) if (session.client === client) session.say(message);
  }

  all(message: Message): void {
    for (const session of this.#sessions) session.say(message);
  }

  moved(contract: Contract): void {
    const ground = this.#ground;
    if (ground === undefined || !this.#connected) return;
    for (const session of this.#sessions) moved(session, ground, contract);
  }

  cashMoved(): void {
    const ground = this.#ground;
    if (ground === undefined || !this.#connected) return;
    for (const session of this.#sessions) cashMoved(session, ground);
  }

  quoted(contract: Contract, quote: Quote): void {
    const ground = this.#ground;
    if (ground === undefined || !this.#connected) return;
    for (const session of this.#sessions) quoted(session, ground, contract, quote);
  }

  whenConnected(work: () => void): void {
    if (this.#connected) work();
    else this.#waiting.push(work);
  }

  loseBroker(): void {
    this.#connected = false;
    this.all(errorMessage(-1, 1100, LOST));
  }

  regainBroker(data: "lost" | "kept"): void {
    this.#connected = true;
    const words = `Connectivity between IBKR and Trader Workstation has been restored - data ${data === "lost" ? "lost" : "maintained"}.`;
    this.all(errorMessage(-1, data === "lost" ? 1101 : 1102, words));
    if (data === "lost") for (const { watches } of this.#sessions) watches.forget();
    for (const work of this.#waiting.splice(0)) work();
  }

  notice(code: number, text: string): void {
    this.all(errorMessage(-1, code, text));
  }

  disconnect(client?: number): void {
    for (const session of this.#sessions) if (client === undefined || session.client === client) session.drop();
  }

  freeze(client?: number): void {
    for (const session of this.#sessions) if (client === undefined || session.client === client) session.goHalfOpen();
  }

  reset(downMs: number): void {
    this.#door?.shut(downMs);
    this.disconnect();
  }
}

const LOST = "Connectivity between IBKR and Trader Workstation has been lost.";
