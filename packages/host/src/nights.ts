import type { InstantMs, InstrumentId, OvernightPolicy, PortfolioId, View } from "@bulkhead/core";
import { type Calendar, type CalendarId, calendarOf, zoneOf } from "@bulkhead/market";
import type { Cell } from "./cell.ts";
import type { Executor } from "./executor.ts";
import type { Tables } from "./tables.ts";

type Policy = View<OvernightPolicy>;
/** Sessions by local day: a market's, or a portfolio's own where the market never closes. */
type Sessions = Pick<Calendar, "zone" | "openOf" | "closeOf">;

/** Days that are looked through for a session: no market is closed for longer. */
const DAYS_MAX = 40;

/**
 * Widens exits when the session of their instrument closes and tightens them with the next one (S2.40). What is due follows from the calendar
 * and the books alone, so it does not matter when it is looked at: a desk that was down at a close widens at its start, and nothing twice.
 */
export class Nights {
  readonly #tables: Tables;
  readonly #executor: Executor;
  /** Per market; undefined where nobody knows when it closes. */
  readonly #calendars: readonly (Calendar | undefined)[];
  /** Policies as they were last looked at. */
  readonly #policies = new Map<PortfolioId, Policy | null>();
  #next = Number.POSITIVE_INFINITY;

  constructor(tables: Tables, executor: Executor, calendars: ReadonlyMap<InstrumentId, CalendarId>) {
    this.#tables = tables;
    this.#executor = executor;
    this.#calendars = tables.series.map(({ instrument }) => {
      const id = calendars.get(instrument);
      return id === undefined ? undefined : calendarOf(id);
    });
  }

  /** The next instant at which a night may begin or end; Infinity where nobody has a policy. */
  get at(): number {
    return this.#next;
  }

  /** Portfolios that came or have another policy are looked at, at once. */
  learn(at: InstantMs): void {
    for (const { id, settings } of this.#tables.engine.state.portfolios.values()) {
      if (this.#policies.get(id) === settings.overnight) continue;
      if (settings.overnight !== null || (this.#policies.get(id) ?? null) !== null) this.#next = Math.min(this.#next, at);
      this.#policies.set(id, settings.overnight);
    }
  }

  /** Looks at everything now, whatever was looked at before: for a start. */
  lookAt(at: InstantMs): void {
    if (this.#calendars.some((calendar) => calendar !== undefined)) this.#next = at;
  }

  /** Widens and tightens what is due at `at`, in order of markets and then of portfolio id. */
  fire(at: InstantMs): void {
    if (this.#next > at) return;
    for (const [market, calendar] of this.#calendars.entries()) {
      if (calendar === undefined) continue;
      // A copy, because exits may come and go.
      for (const cell of [...(this.#tables.armed[market] ?? [])]) this.#look(cell, calendar, at);
    }
    this.#next = this.#nextAfter(at);
  }

  #look({ portfolio, listing }: Cell, calendar: Calendar, at: InstantMs): void {
    const { id } = listing.instrument;
    const protection = portfolio.protections.get(id);
    if (protection === undefined) return;
    const { overnight: policy, timeZone } = portfolio.settings;
    const sessions = policy === null || policy.except.includes(id) ? undefined : sessionsOf(calendar, policy, timeZone);
    const closeAt = policy === null || sessions === undefined ? undefined : nightOf(sessions, policy, at);
    const { overnight } = protection;
    if (overnight !== null && overnight.closeAt !== closeAt)
      this.#executor.execute({ type: "TightenProtection", at, portfolio: portfolio.id, instrument: id });
    if (closeAt !== undefined && overnight?.closeAt !== closeAt && protection.armedAt <= closeAt)
      this.#executor.execute({ type: "WidenProtection", at, portfolio: portfolio.id, instrument: id, closeAt });
  }

  #nextAfter(at: number): number {
    let next = Number.POSITIVE_INFINITY;
    const calendars = new Set(this.#calendars);
    for (const { settings } of this.#tables.engine.state.portfolios.values()) {
      const { overnight: policy, timeZone } = settings;
      if (policy === null) continue;
      for (const calendar of calendars) {
        const sessions = calendar === undefined ? undefined : sessionsOf(calendar, policy, timeZone);
        if (sessions !== undefined) next = Math.min(next, nextEdge(sessions, policy, at));
      }
    }
    return next;
  }
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A market's sessions; of what never closes those that a portfolio's hours leave, from the end of one night to the beginning of the next. */
export function sessionsOf(calendar: Calendar, { hours }: Policy, timeZone: string): Sessions | undefined {
  if (calendar.id !== "24/7") return calendar;
  const zone = hours === null ? undefined : zoneOf(timeZone);
  if (hours === null || zone === undefined) return undefined;
  const { from, to } = hours;
  return {
    zone,
    openOf: (day) => zone.instantOf(day * DAY_MS + to * MINUTE_MS),
    closeOf: (day) => zone.instantOf((from > to ? day : day + 1) * DAY_MS + from * MINUTE_MS),
  };
}

/** The close that began the night which `at` is in; undefined by day, and past the calendar's table. */
export function nightOf(calendar: Sessions, policy: Policy, at: number): InstantMs | undefined {
  const today = calendar.zone.dayAt(at);
  for (let day = today; day > today - DAYS_MAX; day--) {
    const openAt = calendar.openOf(day);
    if (Number.isNaN(openAt)) continue;
    const closeAt = calendar.closeOf(day);
    if (at >= closeAt - policy.beforeCloseMs) return closeAt as InstantMs;
    if (at >= openAt + policy.afterOpenMs) return undefined;
  }
  return undefined;
}

/** The next beginning or end of a night after `at`. The close counts, too: what was armed since the night began is there now. */
function nextEdge(calendar: Sessions, policy: Policy, at: number): number {
  const today = calendar.zone.dayAt(at);
  for (let day = today; day < today + DAYS_MAX; day++) {
    const openAt = calendar.openOf(day);
    if (Number.isNaN(openAt)) continue;
    const closeAt = calendar.closeOf(day);
    for (const edge of [openAt + policy.afterOpenMs, closeAt - policy.beforeCloseMs, closeAt]) if (edge > at) return edge;
  }
  return Number.POSITIVE_INFINITY;
}
