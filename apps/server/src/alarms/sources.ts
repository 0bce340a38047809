import { statfsSync } from "node:fs";
import type { AlarmCode, Severity } from "@bulkhead/contract";
import { type AccountId, type EventOf, type PortfolioId, reachedLosses, type StateView, UNATTRIBUTED } from "@bulkhead/core";
import type { FeedState } from "@bulkhead/market";
import { formatAmount } from "@bulkhead/money";
import type { Alarm } from "../desk/alarms.ts";
import type { Sighting } from "./alarm.ts";

/** What alarms of an account are seen in. */
export type AccountView = Readonly<{ id: AccountId; state: StateView; alarms: readonly Alarm[] }>;

/** How bad each alarm is. */
export const SEVERITY_OF: Readonly<Record<AlarmCode, Severity>> = {
  ACCOUNT_HALTED: "critical",
  EXITS_NOT_ARMED: "critical",
  NAKED_POSITION: "critical",
  KILL_ENGAGED: "critical",
  MODE_RESTRICTED: "warning",
  MARKET_DATA_STALE: "warning",
  FEED_DISCONNECTED: "warning",
  LOSS_LIMIT_REACHED: "critical",
  PORTFOLIO_PAUSED: "warning",
  BREAK_OPENED: "warning",
  ORDER_UNRESOLVED: "critical",
  VENUE_DISCONNECTED: "warning",
  VENUE_REFUSED: "critical",
  VENUE_CLIENT_AWAY: "warning",
  VENUE_SILENT: "warning",
  VENUE_OVERWHELMED: "critical",
  VENUE_FACT_REFUSED: "critical",
  HISTORY_TOO_SHORT: "warning",
  CONTRACT_CHANGED: "critical",
  BOOKS_APART: "warning",
  DISK_NEARLY_FULL: "critical",
  CLOCK_JUMPED: "warning",
  CLOCK_BEHIND: "critical",
  DESK_STALLED: "warning",
  CAPITAL_NOT_MOVED: "warning",
  BACKUP_OVERDUE: "warning",
  WATCHDOG_DOWN: "critical",
  DESK_NOT_STOPPED: "warning",
  JOURNAL_LOST: "critical",
  ALARM_TEST: "info",
};

type Place = Readonly<{ account?: AccountId; portfolio?: PortfolioId | null; what?: string }>;

/** A sighting of a code at a place; `what` tells apart what one place may have several of. */
export function sighting(code: AlarmCode, params: Sighting["params"], { account, portfolio, what }: Place = {}): Sighting {
  const key = [code, account ?? "", portfolio ?? "", what ?? ""].join(" ").trimEnd();
  return { key, code, severity: SEVERITY_OF[code], account: account ?? null, portfolio: portfolio ?? null, params };
}

/** What is wrong with an account now: what the desk says of it, limits that are reached, what the desk paused, orders that nobody knows of. */
export function ofAccount(view: AccountView, now: number): readonly Sighting[] {
  const { id, state, alarms } = view;
  if (state.account === undefined) return alarms.map(fromDesk);
  const stale = alarms.filter(isMarketData);
  return [
    ...alarms.filter((alarm) => !isMarketData(alarm) && !isOfVenue(alarm)).map(fromDesk),
    ...(stale.length === 0 ? [] : [staleOf(id, stale)]),
    ...lossesOf(id, state, now),
    ...pausesOf(id, state),
    ...unresolvedOf(id, state, now),
    ...clockOf(id, state, now),
  ];
}

/** Codes whose sentence says of what. */
const SCOPED: ReadonlySet<AlarmCode> = new Set(["KILL_ENGAGED", "MODE_RESTRICTED"]);

const fromDesk = ({ code, key, account, portfolio, instrument, quantity, reason }: Alarm): Sighting => ({
  key,
  code,
  severity: SEVERITY_OF[code],
  account,
  portfolio,
  params: {
    account,
    reason,
    ...(SCOPED.has(code) ? { scope: portfolio ?? instrument ?? "everything" } : {}),
    ...(portfolio === null || SCOPED.has(code) ? {} : { portfolio }),
    ...(instrument === null || SCOPED.has(code) ? {} : { instrument }),
    ...(quantity === null ? {} : { quantity }),
  },
});

/** A source that falls silent stops many instruments at once, and is one alarm. */
const isMarketData = ({ code, instrument, reason }: Alarm): boolean =>
  code === "MODE_RESTRICTED" && instrument !== null && reason.includes("market data: ");

/** What the connection holds back has alarms of its own, which wait out a nightly reset. */
const isOfVenue = ({ code, reason }: Alarm): boolean => code === "MODE_RESTRICTED" && reason.includes(": venue: ");

const NAMED_MAX = 8;
function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_MAX).join(", ");
  return names.length > NAMED_MAX ? `${shown} and ${names.length - NAMED_MAX} more` : shown;
}

function staleOf(account: AccountId, alarms: readonly Alarm[]): Sighting {
  const instruments = named(alarms.map(({ instrument }) => String(instrument)));
  return sighting("MARKET_DATA_STALE", { account, count: String(alarms.length), instruments }, { account });
}

function lossesOf(account: AccountId, state: StateView, now: number): readonly Sighting[] {
  const scale = state.account?.base.scale ?? 0;
  const at = Math.max(now, state.at) as typeof state.at;
  const of = (portfolio: PortfolioId | null, reached: ReturnType<typeof reachedLosses>): readonly Sighting[] =>
    reached.map(({ window, bound, loss }) => {
      const figures = { loss: formatAmount(loss, scale), bound: formatAmount(bound, scale) };
      return sighting(
        "LOSS_LIMIT_REACHED",
        { account, portfolio: portfolio ?? "Everything", window, ...figures },
        { account, portfolio, what: window },
      );
    });
  const accountLosses = state.account?.settings.limits.losses ?? [];
  return [
    ...of(null, reachedLosses(state, null, accountLosses, at)),
    ...[...state.portfolios.values()].flatMap((portfolio) =>
      portfolio.archived ? [] : of(portfolio.id, reachedLosses(state, portfolio, portfolio.settings.limits.losses, at)),
    ),
  ];
}

/** A pause that no person asked for: an overdraft, or a strategy that failed again and again. */
function pausesOf(account: AccountId, state: StateView): readonly Sighting[] {
  return [...state.portfolios.values()]
    .filter(({ id, archived, tradingState, stateReason }) => {
      const byDesk = stateReason === "overdraft" || stateReason.startsWith("strategy fault");
      return id !== UNATTRIBUTED && !archived && tradingState !== "active" && byDesk;
    })
    .map(({ id, stateReason }) =>
      sighting("PORTFOLIO_PAUSED", { account, portfolio: id, reason: stateReason }, { account, portfolio: id }),
    );
}

/** Reliability B1: what is unknown for two minutes is for a person. */
const UNRESOLVED_MS = 120_000;

function unresolvedOf(account: AccountId, state: StateView, now: number): readonly Sighting[] {
  const orders: string[] = [];
  for (const { id, status, placedAt } of state.orders.values())
    if (status === "unknown" && now - placedAt > UNRESOLVED_MS) orders.push(String(id));
  return orders.length === 0
    ? []
    : [sighting("ORDER_UNRESOLVED", { account, count: String(orders.length), orders: named(orders) }, { account })];
}

const CLOCK_BEHIND_MS = 5_000;

function clockOf(account: AccountId, state: StateView, now: number): readonly Sighting[] {
  const aheadMs = state.at - now;
  return aheadMs > CLOCK_BEHIND_MS ? [sighting("CLOCK_BEHIND", { account, seconds: String(Math.ceil(aheadMs / 1_000)) }, { account })] : [];
}

type SaidBreak = Pick<EventOf<"BreakRaised">, "asset" | "portfolio" | "details"> &
  Readonly<{ kind: EventOf<"BreakRaised">["kind"] | EventOf<"BreakOpened">["kind"] }>;

/** A difference that a record says. */
export function ofBreak(account: AccountId, { kind, asset, portfolio, details }: SaidBreak): Sighting {
  const params = { account, portfolio, kind, details: details === "" ? asset : details };
  const found = sighting("BREAK_OPENED", params, { account, portfolio, what: `${kind} ${asset}` });
  return kind === "rounding" ? { ...found, severity: "info" } : kind === "naked_position" ? { ...found, severity: "critical" } : found;
}

/** How long a source of prices may be gone before people hear of it. */
const FEED_PATIENCE_MS = 60_000;

export function ofFeed({ name, state }: Readonly<{ name: string; state: FeedState }>, now: number): readonly Sighting[] {
  const { connection, since, reason } = state;
  if (connection === "connected" || (connection !== "closed" && now - since < FEED_PATIENCE_MS)) return [];
  const params = { feed: name, connection, since: new Date(since).toISOString(), reason: reason ?? "it does not say why" };
  return [sighting("FEED_DISCONNECTED", params, { what: name })];
}

const MEBIBYTE = 1_048_576;

/** `freeBytes` undefined: nobody can say. */
export function ofDisk(freeBytes: number | undefined, leastBytes: number): readonly Sighting[] {
  if (freeBytes === undefined || freeBytes >= leastBytes) return [];
  const [free, least] = [freeBytes, leastBytes].map((bytes) => String(Math.floor(bytes / MEBIBYTE)));
  return [sighting("DISK_NEARLY_FULL", { free: free ?? "", least: least ?? "" })];
}

/** Bytes that are free for this user where a folder is. */
export function freeBytesOf(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Schedules that did not move what was due; over with the next run that does. */
export function ofCapital(account: AccountId, undone: readonly Readonly<{ schedule: string; reason: string }>[]): readonly Sighting[] {
  return undone.map(({ schedule, reason }) => sighting("CAPITAL_NOT_MOVED", { account, schedule, reason }, { account, what: schedule }));
}

/** `youngestAt`: when the youngest backup was made, or, where there is none, since when there should be one. */
export function ofBackups(youngestAt: number, now: number, mostMs: number | null): readonly Sighting[] {
  if (mostMs === null || now - youngestAt <= mostMs) return [];
  const hours = (ms: number): string => `${Math.floor(ms / 3_600_000)} h`;
  return [sighting("BACKUP_OVERDUE", { age: hours(now - youngestAt), most: hours(mostMs) })];
}
