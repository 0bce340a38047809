import { ALARM_MESSAGE, type AlarmRow, CONNECTION_MESSAGE, type ConnectionRow, explain, SocketRequest } from "@bulkhead/contract";
import type { WebSocket } from "ws";
import type { KeptAlarm } from "../alarms/alarm.ts";
import type { DeskAccount } from "../desk/desk.ts";
import { depthOf } from "../http/body.ts";
import { HttpFailure } from "../http/failure.ts";
import { maySeeAlarm } from "../http/routes/alarms.ts";
import { positionRows, protectionRows } from "../http/rows/book-rows.ts";
import { orderRow } from "../http/rows/order-rows.ts";
import { portfolioRow } from "../http/rows/portfolio-rows.ts";
import { accountOf, portfolioNamed, portfolioOf, selectionOf } from "../http/scope.ts";
import { isPerson, type Principal, sees } from "../http/security/principal.ts";
import type { Services } from "../http/services.ts";
import { settled } from "../http/settle.ts";
import { Extras } from "./extras.ts";
import type { Feed, Told } from "./feed.ts";
import { EVERYBODY } from "./messages.ts";

/** A socket whose buffer is fuller than this gets no more single messages, only what is newest once it has caught up. */
const BUFFER_MAX = 1_048_576;
const BUFFER_LOW = 65_536;
/** How long a socket may stay full. */
const FULL_MS = 30_000;
const TOPICS_MAX = 200;

/** What is subscribed: messages after `after`; `held` collects them while the snapshot is on its way. */
type Topic = { after: number; held: Told[] | null };

/** What an answer says besides. */
type Said = Readonly<Record<string, unknown>>;

/** One client of `/ws`: what it listens to, and what it could not take yet. */
export class Session {
  readonly principal: Principal;
  readonly #socket: WebSocket;
  readonly #services: Services;
  readonly #topics = new Map<string, Topic>();
  #feed: Feed | undefined;
  #stop: () => void = () => undefined;
  /** Portfolios of which messages were left out, since the buffer was full. */
  readonly #behind = new Set<string>();
  /** What arrives while that is made up for. */
  #held: Told[] | null = null;
  #fullSince: number | null = null;
  isAlive = true;
  readonly #extras: Extras;

  constructor(socket: WebSocket, principal: Principal, services: Services) {
    this.#socket = socket;
    this.principal = principal;
    this.#services = services;
    this.#extras = new Extras(services, principal, (text) => this.#send(text));
  }

  /** Takes what a client says. Anything that is not understood is answered and changes nothing. */
  async take(text: string): Promise<void> {
    try {
      this.#services.rates.take(isPerson(this.principal) ? "local" : "key", `socket ${this.principal.id}`);
      await this.#do(requestOf(text));
    } catch (error) {
      if (!(error instanceof HttpFailure)) this.#services.options.onError?.(error, "ws");
      const { code, params } = error instanceof HttpFailure ? error : new HttpFailure(500, "INTERNAL_ERROR", { request: "ws" });
      this.#send(JSON.stringify({ type: "error", code, params, detail: explain(code, params) }));
    }
  }

  /** Once a tenth of a second: what was left out is sent as it is now, when there is room again; who stays full is let go. */
  async catchUp(now: number): Promise<void> {
    if (this.#socket.bufferedAmount > BUFFER_LOW) {
      if (this.#socket.bufferedAmount > BUFFER_MAX) this.#fullSince ??= now;
      if (this.#fullSince !== null && now - this.#fullSince > FULL_MS) this.#socket.close(1013, "too slow");
      return;
    }
    this.#fullSince = null;
    this.#tellExtras(now);
    if (this.#behind.size === 0 || this.#held !== null) return;
    const ids = [...this.#behind];
    const held: Told[] = [];
    this.#behind.clear();
    this.#held = held;
    try {
      const seq = await this.#snapshot(ids, true);
      this.#held = null;
      for (const told of held) if (told.message.seq > seq) this.#push(told);
    } catch {
      this.#held = null;
      for (const id of [...ids, ...held.map(({ message }) => message.portfolio_id)]) this.#behind.add(id);
    }
  }

  /** An alarm, to who listens to its portfolio, or to everybody where it is about more; as it is now, and never again by resuming. */
  tellAlarm(alarm: KeptAlarm, data: AlarmRow): void {
    const account = this.#feed?.account;
    if (account === undefined || (alarm.account !== null && alarm.account !== account.id)) return;
    const id = alarm.portfolio ?? EVERYBODY;
    const isListening = this.#topics.has(id) || this.#topics.has(EVERYBODY);
    if (!isListening || !maySeeAlarm(this.#services, this.principal, alarm)) return;
    this.#send(JSON.stringify({ type: ALARM_MESSAGE, portfolio_id: id, seq: account.durableSeq, data }));
  }

  /** How the account stands with its venue, to who sees all of it; as it is now, and never again by resuming. */
  tellConnection(account: DeskAccount, data: ConnectionRow): void {
    if (this.#feed?.account !== account || !sees(this.principal, account.id, EVERYBODY)) return;
    this.#send(JSON.stringify({ type: CONNECTION_MESSAGE, portfolio_id: EVERYBODY, seq: account.durableSeq, data }));
  }

  /** Not before the snapshot that they go on from. */
  #tellExtras(now: number): void {
    if (this.#feed === undefined) return;
    const ready = [...this.#topics].flatMap(([id, { held }]) => (held === null ? [id] : []));
    try {
      this.#extras.tell(this.#feed.account, new Set(ready), now);
    } catch (error) {
      this.#services.options.onError?.(error, "ws");
    }
  }

  close(code: number, reason: string): void {
    this.#stop();
    this.#socket.close(code, reason);
    // Who does not answer the goodbye is cut off.
    setTimeout(() => this.#socket.terminate(), 500).unref();
  }

  end(): void {
    this.#stop();
  }

  async #do(request: SocketRequest): Promise<void> {
    switch (request.action) {
      case "ping":
        return this.#send(JSON.stringify({ type: "pong", seq: this.#feed?.account.durableSeq ?? 0 }));
      case "unsubscribe":
        for (const named of request.portfolio_ids) this.#topics.delete(this.#idOf(named));
        return this.#send(
          JSON.stringify({ type: "subscribed", portfolio_ids: [...this.#topics.keys()], seq: this.#feed?.account.durableSeq ?? 0 }),
        );
      case "subscribe":
        return this.#subscribe(request);
    }
  }

  #idOf(named: string): string {
    return (this.#feed === undefined ? undefined : portfolioNamed(this.#feed.account.state, named)?.id) ?? named.toLowerCase();
  }

  async #subscribe(request: Extract<SocketRequest, { action: "subscribe" }>): Promise<void> {
    const account = accountOf(this.#services.desk, this.principal, request.account_id ?? this.#feed?.account.id);
    if (this.#feed !== undefined && this.#feed.account !== account)
      throw new HttpFailure(400, "REQUEST_INVALID", { field: "account_id", problem: "one socket listens to one account" });
    if (request.portfolio_ids.includes(EVERYBODY)) selectionOf(account, this.principal, EVERYBODY);
    const asked = request.portfolio_ids.map((named) =>
      named === EVERYBODY ? named : portfolioOf(account, this.principal, "read", named).id,
    );
    const added = asked.filter((id, index) => asked.indexOf(id) === index);
    if (new Set([...this.#topics.keys(), ...added]).size > TOPICS_MAX)
      throw new HttpFailure(400, "REQUEST_INVALID", { field: "portfolio_ids", problem: `at most ${TOPICS_MAX} topics` });
    const more = this.#extras.wish(account, request, added);
    const feed = this.#listenTo(account);
    const live = new Set(this.#topics.keys());
    const everything = added.includes(EVERYBODY);
    // Everybody includes whom it listens to already.
    if (everything) for (const id of live) this.#topics.delete(id);
    const missed = request.since === undefined ? undefined : feed.since(request.since);
    if (request.since !== undefined && missed !== undefined)
      this.#resume(
        added,
        request.since,
        missed.filter((told) => !live.has(told.message.portfolio_id)),
        more,
      );
    else await this.#begin(account, added, everything, more);
  }

  /** Goes on where a client was: what it has missed, then what comes. */
  #resume(added: readonly string[], since: number, missed: readonly Told[], more: Said): void {
    for (const id of added) this.#topics.set(id, { after: since, held: null });
    this.#deliver(missed);
    const seq = this.#feed?.account.durableSeq ?? since;
    for (const id of added) this.#topics.set(id, { after: seq, held: null });
    this.#send(JSON.stringify({ type: "subscribed", portfolio_ids: [...this.#topics.keys()], seq, resumed: true, ...more }));
  }

  /** A snapshot first; what happens meanwhile waits behind it. */
  async #begin(account: DeskAccount, added: readonly string[], everything: boolean, more: Said): Promise<void> {
    for (const id of added) this.#topics.set(id, { after: account.state.seq, held: [] });
    const ids = everything ? selectionOf(account, this.principal, EVERYBODY).portfolios.map(({ id }) => id) : added;
    const seq = await this.#snapshot(ids, false).catch((error: unknown) => {
      // Nothing may wait for a snapshot that does not come.
      for (const id of added) this.#topics.delete(id);
      throw error;
    });
    this.#send(JSON.stringify({ type: "subscribed", portfolio_ids: [...this.#topics.keys()], seq, resumed: false, ...more }));
    for (const id of added) this.#release(id, seq);
  }

  #listenTo(account: Parameters<Services["feeds"]["of"]>[0]): Feed {
    if (this.#feed !== undefined) return this.#feed;
    const feed = this.#services.feeds.of(account);
    this.#feed = feed;
    this.#stop = feed.listen((told) => this.#deliver(told));
    return feed;
  }

  /** What was said while the snapshot was made and is newer than it. */
  #release(id: string, seq: number): void {
    const topic = this.#topics.get(id);
    if (topic === undefined) return;
    const held = topic.held ?? [];
    topic.after = seq;
    topic.held = null;
    for (const told of held) if (told.message.seq > seq) this.#push(told);
  }

  /** Sends only to who subscribed to it and may see it (S0.48). */
  #deliver(told: readonly Told[]): void {
    for (const each of told) {
      const { portfolio_id: id, seq } = each.message;
      const topic = this.#topics.get(id) ?? this.#topics.get(EVERYBODY);
      if (topic === undefined || seq <= topic.after || !this.#maySee(id)) continue;
      if (topic.held === null) this.#push(each);
      else topic.held.push(each);
    }
  }

  #maySee(id: string): boolean {
    const account = this.#feed?.account.id;
    return account !== undefined && sees(this.principal, account, id as Parameters<typeof sees>[2]);
  }

  #push(told: Told): void {
    const { message } = told;
    // What is about everybody is rare, and no snapshot says it again.
    if (message.portfolio_id === EVERYBODY) this.#send(told.text);
    else if (this.#held !== null) this.#held.push(told);
    else if (this.#behind.size > 0 || this.#socket.bufferedAmount > BUFFER_MAX) this.#behind.add(message.portfolio_id);
    else this.#send(told.text);
  }

  /** The present state of portfolios, once durable. Returns the sequence that it is as of. */
  async #snapshot(ids: readonly string[], conflated: boolean): Promise<number> {
    const account = this.#feed?.account;
    if (account === undefined) return 0;
    const { versions } = this.#services;
    const { value, asOfSeq } = await settled(account, () => {
      const { state } = account;
      return ids.flatMap((id) => {
        const portfolio = state.portfolios.get(id as Parameters<typeof versions.of>[1]);
        if (portfolio === undefined || !this.#maySee(id)) return [];
        const orders = portfolio.orders.flatMap((order) => {
          const found = state.orders.get(order);
          return found === undefined ? [] : (orderRow(state, found) ?? []);
        });
        const data = {
          portfolio: portfolioRow(state, portfolio, versions.of(account.id, portfolio.id)),
          positions: positionRows(state, portfolio),
          orders,
          protections: protectionRows(state, portfolio),
        };
        return [{ type: "snapshot", portfolio_id: id, seq: state.seq, account_id: account.id, mode: state.account?.mode, conflated, data }];
      });
    });
    for (const message of value) this.#send(JSON.stringify(message));
    return asOfSeq;
  }

  #send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }
}

function requestOf(text: string): SocketRequest {
  let parsed: unknown;
  try {
    parsed = depthOf(text) > 8 ? undefined : JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const request = SocketRequest.safeParse(parsed);
  if (request.success) return request.data;
  const [issue] = request.error.issues;
  throw new HttpFailure(400, "REQUEST_INVALID", {
    field: issue?.path.join(".").slice(0, 64) || "message",
    problem: (issue?.message ?? "").slice(0, 200),
  });
}
