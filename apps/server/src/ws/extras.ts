import { LOG_LINE, type SocketRequest } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import type { LogQuery } from "@bulkhead/store";
import type { DeskAccount } from "../desk/desk.ts";
import { HttpFailure } from "../http/failure.ts";
import { logRow, visibleTo } from "../http/routes/logs.ts";
import { selectionOf } from "../http/scope.ts";
import type { Principal } from "../http/security/principal.ts";
import type { Services } from "../http/services.ts";
import { EVERYBODY } from "./messages.ts";

type Subscribe = Extract<SocketRequest, { action: "subscribe" }>;
type Wish = Pick<Subscribe, "figures" | "quotes" | "logs">;
/** Lines that one look takes. */
const LINES_AT_ONCE = 500;

/** What a client wants besides messages: live figures, quotes and the log, each from where it was last told. */
export class Extras {
  readonly #services: Services;
  readonly #principal: Principal;
  readonly #send: (text: string) => void;
  /** Versions up to which it was told, portfolio by portfolio; undefined where it does not want them. */
  #figures: Map<PortfolioId, number> | undefined;
  #quotes: number | undefined;
  #logs: { after: number; readonly query: LogQuery } | undefined;

  constructor(services: Services, principal: Principal, send: (text: string) => void) {
    this.#services = services;
    this.#principal = principal;
    this.#send = send;
  }

  /** Takes a wish; what it does not speak of stays. `added`: portfolios that it subscribes to with it. Returns what the answer says besides. */
  wish(account: DeskAccount, { figures, quotes, logs }: Wish, added: readonly string[]): Readonly<Record<string, unknown>> {
    if (figures !== undefined) this.#figures = figures ? (this.#figures ?? new Map()) : undefined;
    // Who begins anew with a portfolio is told all of it.
    if (added.includes(EVERYBODY)) this.#figures?.clear();
    for (const id of added) this.#figures?.delete(id as PortfolioId);
    if (quotes !== undefined) this.#quotes = quotes ? 0 : undefined;
    if (logs === undefined) return {};
    if (logs === false) {
      this.#logs = undefined;
      return {};
    }
    const reader = this.#services.options.logs?.(account.id);
    if (reader === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE");
    const { after = reader.last, level, text } = logs;
    this.#logs = { after, query: { ...(level === undefined ? {} : { level }), ...(text === undefined ? {} : { text }) } };
    return { log_id: after };
  }

  /** Says what is new, to a client that has room for it. `topics`: what it is subscribed to. */
  tell(account: DeskAccount, topics: ReadonlySet<string>, now: number): void {
    if (topics.size === 0) return;
    if (this.#figures !== undefined || this.#quotes !== undefined) this.#services.live.of(account).look(now);
    this.#tellQuotes(account);
    this.#tellFigures(account, topics);
    this.#tellLines(account, topics);
  }

  #tellQuotes(account: DeskAccount): void {
    const live = this.#services.live.of(account);
    if (this.#quotes === undefined || this.#quotes === live.version) return;
    for (const text of live.quotesSince(this.#quotes)) this.#send(text);
    this.#quotes = live.version;
  }

  #tellFigures(account: DeskAccount, topics: ReadonlySet<string>): void {
    if (this.#figures === undefined) return;
    const live = this.#services.live.of(account);
    for (const { id } of selectionOf(account, this.#principal, EVERYBODY).portfolios) {
      if (!topics.has(id) && !topics.has(EVERYBODY)) continue;
      const text = live.figuresSince(id, this.#figures.get(id) ?? 0);
      if (text !== undefined) this.#send(text);
      this.#figures.set(id, live.version);
    }
  }

  /** The lines after the last one: read where they are kept, so that none comes twice and none is left out (S3.7). */
  #tellLines(account: DeskAccount, topics: ReadonlySet<string>): void {
    const reader = this.#services.options.logs?.(account.id);
    if (this.#logs === undefined || reader === undefined || reader.last <= this.#logs.after) return;
    const { last } = reader;
    const visible = topics.has(EVERYBODY) ? visibleTo(account, this.#principal, EVERYBODY) : { portfolios: [...topics] };
    const lines = reader.search({ ...this.#logs.query, ...visible, after: this.#logs.after, limit: LINES_AT_ONCE });
    for (const line of lines)
      this.#send(JSON.stringify({ type: LOG_LINE, portfolio_id: line.portfolioId, seq: line.seq, data: logRow(line) }));
    const told = lines.at(-1)?.logId ?? 0;
    this.#logs.after = lines.length < LINES_AT_ONCE ? Math.max(last, told) : told;
  }
}
