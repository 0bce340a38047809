import {
  type AssetId,
  type ContractQuestion,
  type InstantMs,
  type InstrumentId,
  isTerminal,
  type LiveVenue,
  type StateView,
} from "@bulkhead/core";
import type { VenueLink } from "./venue-link.ts";

/** Contracts change overnight: connections that last longer are asked again so often. */
const AGAIN_MS = 6 * 3_600_000;
/** How soon what came into use since is asked about. What was not answered waits as long at first, then twice as long each time. */
const SOON_MS = 60_000;
/** Asked about in one look: each is a question to the venue. */
const ASKED_MOST = 200;

export type ContractWatchSetup = Readonly<{
  venue: LiveVenue;
  link: VenueLink;
  state: () => StateView;
  now: () => InstantMs;
  wake: () => void;
}>;

type Asked = Readonly<{ againAt: number; waitMs: number }>;

/** Asks the venue of the contracts behind what the account uses: at every connection, every six hours, and when something comes into use (M8). */
export class ContractWatch {
  readonly #setup: ContractWatchSetup;
  /** Connections so far: what was asked in an older one is void. */
  #connection = 0;
  #isConnected = false;
  #isAsking = false;
  #dueAt = Number.POSITIVE_INFINITY;
  #allDueAt = Number.POSITIVE_INFINITY;
  /** Asked in this round, and when again: a venue that never answers about something is asked for it ever less often, and answers wait for the next round. */
  #asked = new Map<InstrumentId, Asked>();

  constructor(setup: ContractWatchSetup) {
    this.#setup = setup;
  }

  connected(at: InstantMs): void {
    this.#connection += 1;
    this.#isConnected = true;
    this.#isAsking = false;
    this.hurry(at);
  }

  lost(): void {
    this.#isConnected = false;
  }

  /** Asks about everything as soon as the desk turns. */
  hurry(at: InstantMs): void {
    this.#asked = new Map();
    this.#dueAt = at;
    this.#allDueAt = at + AGAIN_MS;
  }

  get dueAt(): number {
    return this.#isConnected && !this.#isAsking ? this.#dueAt : Number.POSITIVE_INFINITY;
  }

  turn(at: InstantMs): void {
    if (this.dueAt > at) return;
    if (at >= this.#allDueAt) this.hurry(at);
    this.#dueAt = at + SOON_MS;
    const inUse = contractsInUse(this.#setup.state());
    const fresh = inUse.filter(({ instrument }) => !this.#asked.has(instrument));
    const unanswered = inUse.filter(({ instrument }) => (this.#asked.get(instrument)?.againAt ?? Number.POSITIVE_INFINITY) <= at);
    const questions = [...fresh, ...unanswered].slice(0, ASKED_MOST);
    if (questions.length > 0) void this.#ask(questions);
  }

  async #ask(questions: readonly ContractQuestion[]): Promise<void> {
    const { venue, link, now, wake } = this.#setup;
    const connection = this.#connection;
    // Of this round: what is hurried meanwhile is asked again, whatever is answered now.
    const asked = this.#asked;
    this.#isAsking = true;
    const answers = await venue.contractsOf(questions);
    if (connection !== this.#connection) return;
    this.#isAsking = false;
    for (const { instrument } of questions) {
      const contract = answers.get(instrument);
      const waitMs = 2 * (asked.get(instrument)?.waitMs ?? SOON_MS / 2);
      asked.set(instrument, { waitMs, againAt: contract === undefined ? now() + waitMs : Number.POSITIVE_INFINITY });
      if (contract !== undefined) link.tell({ type: "RecordContract", at: now(), instrument, contract });
    }
    wake();
  }
}

/** What is held, ordered or protected, and whatever the venue was heard of before. */
export function contractsInUse(state: StateView): readonly ContractQuestion[] {
  const used = new Set<InstrumentId>(state.contracts.keys());
  const held = new Set<AssetId>();
  for (const { holdings, protections } of state.portfolios.values()) {
    for (const asset of holdings.keys()) held.add(asset);
    for (const instrument of protections.keys()) used.add(instrument);
  }
  for (const { instrument, base } of state.listings.values()) if (held.has(base.id)) used.add(instrument.id);
  for (const order of state.orders.values()) if (!isTerminal(order.status)) used.add(order.instrument);
  return [...used].map((instrument) => ({ instrument, venueKey: state.contracts.get(instrument)?.told?.venueKey || null }));
}
