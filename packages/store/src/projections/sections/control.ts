import { type EventOf, effectiveStop, type Levels, type Night, type Protection, type Scope, scopeKey, UNATTRIBUTED } from "@bulkhead/core";
import { type Exact, type Price, priceOfUnits, unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";

type Armed = Row<"protections">;
type Change = Readonly<{ kind: string; scope: string; value: string; reason: string; principal: string }>;

/** Exits that guard positions; what may happen at all and who changed it; what went wrong. */
export class ControlSection {
  readonly #moment: Moment;
  readonly #protections: ChangingTable<"protections">;
  readonly #changes: AppendTable<"protection_changes">;
  readonly #armed = new Map<string, Armed>();
  readonly #controls: AppendTable<"controls">;
  readonly #kills: ChangingTable<"kills">;
  readonly #modes: ChangingTable<"modes">;
  readonly #breaks: AppendTable<"breaks">;
  readonly #faults: AppendTable<"strategy_faults">;
  readonly #epochs: AppendTable<"epochs">;
  #armedSeq = 0;
  #armedLine = 0;

  constructor(database: DatabaseSync, moment: Moment) {
    this.#moment = moment;
    this.#protections = new ChangingTable(database, "protections", moment);
    this.#changes = new AppendTable(database, "protection_changes", moment);
    this.#controls = new AppendTable(database, "controls", moment);
    this.#kills = new ChangingTable(database, "kills", moment);
    this.#modes = new ChangingTable(database, "modes", moment);
    this.#breaks = new AppendTable(database, "breaks", moment);
    this.#faults = new AppendTable(database, "strategy_faults", moment);
    this.#epochs = new AppendTable(database, "epochs", moment);
    for (const row of this.#protections.load("status <> 'ended'")) this.#armed.set(keyOf(row.portfolio_id, row.instrument), row);
  }

  arm({ protection }: EventOf<"ProtectionArmed">): void {
    const { portfolio, instrument, armedAt } = protection;
    this.#end(keyOf(portfolio, instrument), "replaced");
    const { seq } = this.#moment;
    this.#armedLine = this.#armedSeq === seq ? this.#armedLine + 1 : 0;
    this.#armedSeq = seq;
    const row: Armed = {
      armed_seq: seq,
      line: this.#armedLine,
      portfolio_id: portfolio,
      instrument,
      direction: protection.direction,
      status: "armed",
      stop_price: unitsOrNull(protection.stop),
      take_profit_price: unitsOrNull(protection.takeProfit),
      trailing_distance: unitsOrNull(protection.trailing),
      reference_price: unitsOf(protection.reference),
      effective_stop_price: unitsOrNull(effectiveStop(protection)?.price ?? null),
      armed_at: armedAt,
      night_close_at: protection.overnight?.closeAt ?? null,
      ...dayColumns(protection.overnight?.day ?? null),
      leg: null,
      trigger_price: null,
      triggered_at: null,
      ended_at: null,
      reason: "",
      seq: 0,
    };
    this.#armed.set(keyOf(portfolio, instrument), row);
    this.#keep(row, "armed");
  }

  /** Exits in force of a portfolio, in order of instrument. */
  armedOf(portfolio: string): readonly Armed[] {
    const armed = [...this.#armed.values()].filter((row) => row.portfolio_id === portfolio);
    return armed.sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
  }

  ratchet({ portfolio, instrument, reference }: EventOf<"ProtectionRatcheted">): void {
    const row = this.#armed.get(keyOf(portfolio, instrument));
    if (row === undefined) return;
    row.reference_price = unitsOf(reference);
    row.effective_stop_price = unitsOrNull(effectiveStop(protectionOf(row))?.price ?? null);
    this.#keep(row, "ratcheted");
  }

  /** Levels of the night; those of the day are kept beside them until they come back. */
  widen({ portfolio, instrument, closeAt, ...levels }: EventOf<"ProtectionWidened">): void {
    const row = this.#armed.get(keyOf(portfolio, instrument));
    if (row === undefined) return;
    const { stop, takeProfit, trailing } = protectionOf(row);
    this.#level(row, levels, { closeAt, day: { stop, takeProfit, trailing } });
  }

  tighten({ portfolio, instrument, ...levels }: EventOf<"ProtectionTightened">): void {
    const row = this.#armed.get(keyOf(portfolio, instrument));
    if (row !== undefined) this.#level(row, levels, null);
  }

  #level(row: Armed, { stop, takeProfit, trailing }: Levels, night: Night | null): void {
    row.stop_price = unitsOrNull(stop);
    row.take_profit_price = unitsOrNull(takeProfit);
    row.trailing_distance = unitsOrNull(trailing);
    row.night_close_at = night?.closeAt ?? null;
    Object.assign(row, dayColumns(night?.day ?? null));
    row.effective_stop_price = unitsOrNull(effectiveStop(protectionOf(row))?.price ?? null);
    this.#keep(row, night === null ? "tightened" : "widened");
  }

  trigger({ portfolio, instrument, leg, price }: EventOf<"ProtectionTriggered">): void {
    const row = this.#armed.get(keyOf(portfolio, instrument));
    if (row === undefined) return;
    row.status = "triggered";
    row.leg = leg;
    row.trigger_price = unitsOf(price);
    row.triggered_at = this.#moment.at;
    this.#keep(row, "triggered");
  }

  disarm({ portfolio, instrument, reason }: EventOf<"ProtectionEnded">): void {
    this.#end(keyOf(portfolio, instrument), reason);
  }

  #end(key: string, reason: string): void {
    const row = this.#armed.get(key);
    if (row === undefined) return;
    row.status = "ended";
    row.reason = reason;
    row.ended_at = this.#moment.at;
    this.#armed.delete(key);
    this.#keep(row, "ended");
  }

  /** Keeps a row, and appends what it became. */
  #keep(row: Armed, change: string): void {
    const { portfolio_id, instrument, stop_price, take_profit_price, trailing_distance, reference_price, effective_stop_price } = row;
    const { leg, trigger_price, reason } = row;
    const levels = { stop_price, take_profit_price, trailing_distance, reference_price, effective_stop_price };
    this.#changes.append({ portfolio_id, instrument, change, ...levels, leg, trigger_price, reason });
    this.#protections.change(row);
  }

  /** Notes a change of what may happen. */
  note(change: Change): void {
    this.#controls.append(change);
  }

  engageKill({ scope, level, reason, by }: EventOf<"KillEngaged">): void {
    this.#kill(scope, level, reason, by, null);
  }

  clearKill({ scope, reason, by }: EventOf<"KillCleared">): void {
    this.#kill(scope, "none", reason, by, this.#moment.at);
  }

  #kill(scope: Scope, level: string, reason: string, principal: string, cleared: number | null): void {
    const key = scopeKey(scope);
    this.#kills.change({ scope: key, level, reason, principal, at: this.#moment.at, cleared_at: cleared, seq: 0 });
    this.note({ kind: "kill", scope: key, value: level, reason, principal });
  }

  setMode({ scope, mode, reason }: EventOf<"ModeSet">): void {
    const key = scopeKey(scope);
    this.#modes.change({ scope: key, mode, reason, at: this.#moment.at, seq: 0 });
    this.note({ kind: "mode", scope: key, value: mode, reason, principal: "host" });
  }

  break({ kind, portfolio, asset, amount, details }: EventOf<"BreakRaised">): void {
    this.#breaks.append({ kind, portfolio_id: portfolio, asset, amount: unitsOf(amount), details });
  }

  /** Raised, as any other breach; what becomes of it stands in `differences`. */
  opened({ kind, asset, amount, breakId }: EventOf<"BreakOpened">): void {
    this.#breaks.append({ kind, portfolio_id: UNATTRIBUTED, asset, amount: unitsOf(amount), details: breakId });
  }

  fault({ portfolio, code, message }: EventOf<"StrategyFaulted">, paused: boolean): void {
    this.#faults.append({ portfolio_id: portfolio, code, message, paused: paused ? 1 : 0 });
  }

  startEpoch({ epoch, engineVersion }: EventOf<"EpochStarted">): void {
    this.#epochs.append({ epoch, engine_version: engineVersion });
  }

  flush(): void {
    for (const table of [
      this.#protections,
      this.#changes,
      this.#kills,
      this.#modes,
      this.#controls,
      this.#breaks,
      this.#faults,
      this.#epochs,
    ])
      table.flush();
  }
}

const keyOf = (portfolio: string, instrument: string): string => `${portfolio} ${instrument}`;
const unitsOrNull = (amount: Exact | null): number | null => (amount === null ? null : unitsOf(amount));
const priceOrNull = (units: number | null): Price | null => (units === null ? null : priceOfUnits(units));

const protectionOf = (row: Armed): Protection => ({
  portfolio: row.portfolio_id as Protection["portfolio"],
  instrument: row.instrument as Protection["instrument"],
  direction: row.direction as Protection["direction"],
  stop: priceOrNull(row.stop_price),
  takeProfit: priceOrNull(row.take_profit_price),
  trailing: priceOrNull(row.trailing_distance),
  reference: priceOfUnits(row.reference_price),
  armedAt: row.armed_at as Protection["armedAt"],
  overnight: null,
});

const dayColumns = (day: Levels | null) => ({
  day_stop_price: unitsOrNull(day?.stop ?? null),
  day_take_profit_price: unitsOrNull(day?.takeProfit ?? null),
  day_trailing_distance: unitsOrNull(day?.trailing ?? null),
});
