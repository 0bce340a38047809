import { amountOf, flag, instant, maybe, price, table, text, whole } from "./column.ts";

/** Exits that were armed; one row per arming. */
export const protections = table(
  {
    armed_seq: whole,
    line: whole,
    portfolio_id: text,
    instrument: text,
    direction: text,
    /** `armed`, `triggered`, `ended`. */
    status: text,
    stop_price: maybe(price),
    take_profit_price: maybe(price),
    trailing_distance: maybe(price),
    reference_price: price,
    /** The stop in force: the better of the fixed and the trailing one. */
    effective_stop_price: maybe(price),
    armed_at: instant,
    /** The session's close that began the night for which the levels lie further away, and the levels that come back; null by day. */
    night_close_at: maybe(instant),
    day_stop_price: maybe(price),
    day_take_profit_price: maybe(price),
    day_trailing_distance: maybe(price),
    leg: maybe(text),
    trigger_price: maybe(price),
    triggered_at: maybe(instant),
    ended_at: maybe(instant),
    reason: text,
    seq: whole,
  },
  {
    key: ["armed_seq", "line"],
    indexes: [
      { columns: ["portfolio_id", "instrument"], where: "status <> 'ended'", unique: true },
      { columns: ["portfolio_id", "armed_seq"] },
    ],
  },
);

/** Every change of an exit, with its levels afterwards: how a stop came to where it is. */
export const protectionChanges = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    portfolio_id: text,
    instrument: text,
    /** `armed`, `ratcheted`, `widened`, `tightened`, `triggered`, `ended`. */
    change: text,
    stop_price: maybe(price),
    take_profit_price: maybe(price),
    trailing_distance: maybe(price),
    reference_price: price,
    effective_stop_price: maybe(price),
    leg: maybe(text),
    trigger_price: maybe(price),
    reason: text,
  },
  { key: ["seq", "line"], indexes: [{ columns: ["portfolio_id", "seq"] }] },
);

/** Who changed what may happen: kills, modes, trading states, settings. */
export const controls = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    kind: text,
    /** "account", "portfolio:aggressive", "instrument:SPY@XNYS". */
    scope: text,
    value: text,
    reason: text,
    principal: text,
  },
  { key: ["seq", "line"] },
);

/** Kill switches that are engaged. */
export const kills = table(
  { scope: text, level: text, reason: text, principal: text, at: instant, cleared_at: maybe(instant), seq: whole },
  { key: ["scope"] },
);

/** Degraded modes; `ready` where one was lifted. */
export const modes = table({ scope: text, mode: text, reason: text, at: instant, seq: whole }, { key: ["scope"] });

/** Differences and breaches that somebody must look at. */
export const breaks = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    kind: text,
    portfolio_id: text,
    asset: text,
    amount: amountOf("asset"),
    details: text,
  },
  { key: ["seq", "line"], indexes: [{ columns: ["portfolio_id", "seq"] }] },
);

/** Strategies that threw or returned nonsense. */
export const strategyFaults = table(
  { seq: whole, line: whole, at: instant, portfolio_id: text, code: text, message: text, paused: flag },
  { key: ["seq", "line"], indexes: [{ columns: ["portfolio_id", "seq"] }] },
);

/** Starts of the engine over this journal. */
export const epochs = table({ seq: whole, line: whole, at: instant, epoch: whole, engine_version: text }, { key: ["seq", "line"] });
