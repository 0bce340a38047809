import { type AlarmCode, explain } from "@bulkhead/contract";
import {
  type AccountId,
  CONTRACT_REASON,
  type InstrumentId,
  type NakedPosition,
  nakedPositions,
  type PortfolioId,
  type StateView,
} from "@bulkhead/core";
import { formatAmount } from "@bulkhead/money";

/** Something that somebody must look at now. Derived from the state each time it is asked for: it is over when its cause is. */
export type Alarm = Readonly<{
  code: AlarmCode;
  /** The same as long as it is the same alarm: what a channel tells once. */
  key: string;
  account: AccountId;
  /** Null where it is about the whole account or an instrument. */
  portfolio: PortfolioId | null;
  instrument: InstrumentId | null;
  /** Signed units of a position, decimal text; null where it is about none. */
  quantity: string | null;
  /** Short: "no_stop", "reduce_only: market data: stale". */
  reason: string;
  /** The catalogue's sentence. */
  says: string;
}>;

/** What alarms are derived from. */
export type AlarmSource = Readonly<{
  id: AccountId;
  state: StateView;
  /** Exits in the books, and how many of them are watched. */
  exits: Readonly<{ expected: number; armed: number }>;
  /** Why the account stands still for good. */
  haltReason: string | undefined;
}>;

/** All alarms of an account, worst first: halted, exits that nothing watches, positions that nothing guards, kills, modes. Empty is the rule. */
export function alarmsOf(source: AlarmSource): readonly Alarm[] {
  const { state, exits, haltReason } = source;
  const alarms: Alarm[] = [];
  if (haltReason !== undefined) alarms.push(alarm(source, "ACCOUNT_HALTED", { reason: haltReason }));
  if (exits.expected !== exits.armed)
    alarms.push(alarm(source, "EXITS_NOT_ARMED", { reason: `${exits.expected} expected, ${exits.armed} armed` }));
  for (const naked of nakedPositions(state)) alarms.push(alarm(source, "NAKED_POSITION", nakedFacts(state, naked)));
  for (const [scope, { level, reason }] of state.kills)
    alarms.push(alarm(source, "KILL_ENGAGED", { scope, reason: `${level}: ${reason}` }));
  for (const [scope, { mode, reason }] of state.modes)
    if (mode !== "ready" && !reason.startsWith(CONTRACT_REASON))
      alarms.push(alarm(source, "MODE_RESTRICTED", { scope, reason: `${mode}: ${reason}` }));
  for (const [instrument, { doubt }] of state.contracts)
    if (doubt !== null) alarms.push(alarm(source, "CONTRACT_CHANGED", { instrument, reason: doubt.says }));
  return alarms;
}

/** Naked positions as a reason not to be ready, for eyes that may not see every portfolio: how many, not whose. Undefined where there are none. */
export function nakedReason(state: StateView): string | undefined {
  const { length } = nakedPositions(state);
  return length === 0 ? undefined : `naked: ${length} ${length === 1 ? "position" : "positions"} without the stop of their policy`;
}

type Facts = Readonly<{ reason: string; portfolio?: PortfolioId; instrument?: InstrumentId; quantity?: string; scope?: string }>;

function alarm({ id }: AlarmSource, code: AlarmCode, facts: Facts): Alarm {
  const { scope, reason } = facts;
  const portfolio = facts.portfolio ?? ((scope?.startsWith("portfolio:") ? scope.slice("portfolio:".length) : null) as PortfolioId | null);
  const instrument =
    facts.instrument ?? ((scope?.startsWith("instrument:") ? scope.slice("instrument:".length) : null) as InstrumentId | null);
  return {
    code,
    key: [code, id, portfolio ?? "", instrument ?? ""].join(" "),
    account: id,
    portfolio,
    instrument,
    quantity: facts.quantity ?? null,
    reason,
    says: explain(code, { account: id, ...facts }),
  };
}

const nakedFacts = (state: StateView, { portfolio, instrument, quantity, asset, reason }: NakedPosition): Facts => ({
  portfolio,
  instrument,
  quantity: formatAmount(quantity, state.assets.get(asset)?.scale ?? 0),
  reason,
});
