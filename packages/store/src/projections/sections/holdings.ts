import type { AssetId, ExecutionId, Holding, InstantMs, Listing, LotChange, LotId, PortfolioLots } from "@bulkhead/core";
import { averagePrice, moneyOfUnits, quantityOfUnits, subtract, unitsOf, valueOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";
import { sum, total, whereExact } from "./sum.ts";
import type { Terms } from "./terms.ts";

type Position = {
  readonly row: Row<"positions">;
  readonly lots: Map<number, Row<"lots">>;
  /** Cost of its lots by the asset it is counted in. */
  readonly costs: Map<string, number>;
};

/** What one event did to one position: signed quantities before and after, what opened and what closed of it, in units and signed cost. */
export type Movement = {
  readonly portfolio: string;
  readonly asset: string;
  readonly before: number;
  after: number;
  /** Units, never negative. */
  opened: number;
  openedCost: number;
  /** Units, never negative. */
  closed: number;
  closedCost: number;
  /** Cost that changed while the units stayed. */
  repriced: number;
  readonly costAsset: string;
};

/** Lots and the net positions that they make. */
export class HoldingsSection {
  readonly #terms: Terms;
  readonly #moment: Moment;
  readonly #lots: ChangingTable<"lots">;
  readonly #table: ChangingTable<"positions">;
  readonly #history: AppendTable<"position_history">;
  /** By portfolio and asset; flat ones stay for their results. */
  readonly #positions = new Map<string, Map<string, Position>>();
  #markedSeq = 0;

  constructor(database: DatabaseSync, moment: Moment, terms: Terms) {
    this.#terms = terms;
    this.#moment = moment;
    this.#lots = new ChangingTable(database, "lots", moment);
    this.#table = new ChangingTable(database, "positions", moment);
    this.#history = new AppendTable(database, "position_history", moment);
    for (const row of this.#table.load()) this.#keep({ row, lots: new Map(), costs: new Map() });
    for (const lot of this.#lots.load("quantity <> 0")) {
      const position = this.#positions.get(lot.portfolio_id)?.get(lot.asset);
      position?.lots.set(lot.lot_id, lot);
      if (position !== undefined) addCost(position, lot.cost_asset, lot.cost);
    }
  }

  #keep(position: Position): Position {
    const { portfolio_id, asset } = position.row;
    let assets = this.#positions.get(portfolio_id);
    if (assets === undefined) {
      assets = new Map();
      this.#positions.set(portfolio_id, assets);
    }
    assets.set(asset, position);
    return position;
  }

  #position(portfolio: string, asset: string): Position {
    const known = this.#positions.get(portfolio)?.get(asset);
    if (known !== undefined) return known;
    const row: Row<"positions"> = {
      portfolio_id: portfolio,
      asset,
      instrument: this.#terms.valuing(asset)?.instrument.id ?? asset,
      quantity: 0,
      cost: 0,
      average_entry_price: null,
      mark: null,
      market_value: 0,
      unrealized_pnl: 0,
      market_value_base: 0,
      unrealized_pnl_base: 0,
      realized_pnl_base: 0,
      fees_base: 0,
      opened_at: null,
      updated_at: 0,
      seq: 0,
    };
    return this.#keep({ row, lots: new Map(), costs: new Map() });
  }

  /** Applies an event's lot changes; one movement per position, in the order in which they first appear. */
  change(parts: readonly PortfolioLots[]): readonly Movement[] {
    if (parts.length === 0) return NONE;
    const movements: Movement[] = [];
    for (const { portfolio, changes } of parts) {
      for (const change of changes) {
        const position = this.#position(portfolio, change.asset);
        let movement = movements.find((each) => each.asset === change.asset && each.portfolio === portfolio);
        if (movement === undefined) {
          movement = newMovement(portfolio, change, position.row.quantity);
          movements.push(movement);
        }
        this.#apply(position, change, movement);
      }
    }
    for (const movement of movements) this.#moved(movement);
    return movements;
  }

  #apply(position: Position, change: LotChange, movement: Movement): void {
    const quantity = unitsOf(change.quantity);
    const cost = unitsOf(change.cost);
    const lot = position.lots.get(change.lot) ?? this.#openLot(position, change);
    const opens = lot.quantity === 0 || Math.sign(quantity) === Math.sign(lot.quantity);
    lot.quantity = sum(lot.quantity, quantity);
    lot.cost = sum(lot.cost, cost);
    addCost(position, change.costAsset, cost);
    const inSame = this.#terms.between(change.costAsset, movement.costAsset, cost) ?? 0;
    if (quantity === 0) movement.repriced = total(movement.repriced, inSame);
    else if (opens) {
      lot.quantity_opened = total(lot.quantity_opened, quantity);
      lot.cost_opened = total(lot.cost_opened, cost);
      movement.opened = total(movement.opened, Math.abs(quantity));
      movement.openedCost = total(movement.openedCost, inSame);
    } else {
      movement.closed = total(movement.closed, Math.abs(quantity));
      movement.closedCost = total(movement.closedCost, -inSame);
    }
    movement.after = sum(movement.after, quantity);
    if (lot.quantity === 0) {
      lot.closed_at = this.#moment.at;
      position.lots.delete(change.lot);
    }
    this.#lots.change(lot);
  }

  #openLot(position: Position, change: LotChange): Row<"lots"> {
    const lot: Row<"lots"> = {
      lot_id: change.lot,
      portfolio_id: position.row.portfolio_id,
      asset: change.asset,
      quantity: 0,
      cost: 0,
      cost_asset: change.costAsset,
      opened_at: change.openedAt,
      execution_id: change.execution,
      quantity_opened: 0,
      cost_opened: 0,
      closed_at: null,
      opened_seq: this.#moment.seq,
      seq: 0,
    };
    position.lots.set(lot.lot_id, lot);
    return lot;
  }

  #moved({ portfolio, asset, before, after }: Movement): void {
    const { row } = this.#position(portfolio, asset);
    row.quantity = after;
    if (after === 0) row.opened_at = null;
    else if (Math.sign(before) !== Math.sign(after)) row.opened_at = this.#moment.at;
    row.updated_at = this.#moment.at;
    this.#table.change(row);
    this.#cost(this.#position(portfolio, asset));
    if (after === 0) Object.assign(row, WORTHLESS);
    const { instrument, quantity, cost, average_entry_price } = row;
    this.#history.append({ portfolio_id: portfolio, asset, instrument, quantity, cost, average_entry_price });
  }

  /** Adds what a position realized and what fees it paid, base currency. */
  addResult(portfolio: string, asset: string, realized: number, fees: number): void {
    const { row } = this.#position(portfolio, asset);
    row.realized_pnl_base = total(row.realized_pnl_base, realized);
    row.fees_base = total(row.fees_base, fees);
    this.#table.change(row);
  }

  /** Marks or rates came in: every open position is worth something else. */
  marked(): void {
    this.#markedSeq = this.#moment.seq;
  }

  /** Portfolios that hold an asset. */
  ownersOf(asset: string): readonly string[] {
    return [...this.#positions].flatMap(([portfolio, assets]) => ((assets.get(asset)?.row.quantity ?? 0) === 0 ? [] : [portfolio]));
  }

  /** Open positions in order of asset, worth what they are at the present record. */
  valuedOf(portfolio: string): readonly Row<"positions">[] {
    const open = [...this.openOf(portfolio)].sort((a, b) => (a.asset < b.asset ? -1 : 1));
    for (const row of open) this.#value(this.#position(row.portfolio_id, row.asset));
    return open;
  }

  *openOf(portfolio: string): Generator<Row<"positions">> {
    for (const { row } of this.#positions.get(portfolio)?.values() ?? []) if (row.quantity !== 0) yield row;
  }

  /** Values what changed, all open positions where marks did, and writes it. */
  flush(): void {
    if (this.#markedSeq > 0) {
      for (const positions of this.#positions.values()) for (const { row } of positions.values()) this.#revalue(row);
      this.#markedSeq = 0;
    }
    for (const row of this.#table.changed) if (row.quantity !== 0) this.#value(this.#position(row.portfolio_id, row.asset));
    this.#table.flush();
    this.#history.flush();
    this.#lots.flush();
  }

  #revalue(row: Row<"positions">): void {
    if (row.quantity === 0) return;
    row.seq = Math.max(row.seq, this.#markedSeq);
    this.#table.keep(row);
  }

  /** Cost and average entry price in the quote asset of the listing that values it. */
  #cost(position: Position): Listing | undefined {
    const { row } = position;
    const listing = this.#terms.valuing(row.asset);
    if (listing === undefined) return undefined;
    row.instrument = listing.instrument.id;
    const quote = listing.quote.id;
    const only = position.costs.size === 1 ? position.costs.get(quote) : undefined;
    const cost = position.lots.size === 0 ? 0 : (only ?? costOfLots(this.#terms, position, listing));
    row.cost = cost;
    row.average_entry_price =
      cost === null || row.quantity === 0
        ? null
        : whereExact(() => averagePrice(moneyOfUnits(cost), quantityOfUnits(row.quantity), listing.terms));
    return listing;
  }

  #value(position: Position): void {
    const { row } = position;
    const listing = this.#cost(position);
    if (listing === undefined) return;
    const mark = this.#terms.markOf(listing);
    const quote = listing.quote.id;
    row.mark = mark === undefined ? null : unitsOf(mark);
    row.market_value = mark === undefined ? row.cost : whereExact(() => valueOf(quantityOfUnits(row.quantity), mark, listing.terms));
    const { market_value, cost } = row;
    row.unrealized_pnl =
      market_value === null || cost === null ? null : whereExact(() => subtract(moneyOfUnits(market_value), moneyOfUnits(cost)));
    row.market_value_base = baseOf(this.#terms, quote, row.market_value);
    row.unrealized_pnl_base = baseOf(this.#terms, quote, row.unrealized_pnl);
  }
}

/** What a flat position is worth, whatever the mark. */
const WORTHLESS = { mark: null, market_value: 0, unrealized_pnl: 0, market_value_base: 0, unrealized_pnl_base: 0 };
const NONE: readonly Movement[] = [];

function newMovement(portfolio: string, { asset, costAsset }: LotChange, before: number): Movement {
  return { portfolio, asset, before, after: before, opened: 0, openedCost: 0, closed: 0, closedCost: 0, repriced: 0, costAsset };
}

function addCost({ costs }: Position, asset: string, cost: number): void {
  const after = sum(costs.get(asset) ?? 0, cost);
  if (after === 0) costs.delete(asset);
  else costs.set(asset, after);
}

/** As the engine adds it up: each lot converted by itself. */
function costOfLots(terms: Terms, { row, lots }: Position, listing: Listing): number | null {
  const holding: Holding = {
    quantity: quantityOfUnits(row.quantity),
    lots: [...lots.values()].map((lot) => ({
      id: lot.lot_id as LotId,
      quantity: quantityOfUnits(lot.quantity),
      cost: moneyOfUnits(lot.cost),
      costAsset: lot.cost_asset as AssetId,
      openedAt: lot.opened_at as InstantMs,
      execution: lot.execution_id as ExecutionId | null,
    })),
  };
  const cost = terms.costOf(holding, listing);
  return cost === undefined ? null : unitsOf(cost);
}

function baseOf(terms: Terms, asset: string, units: number | null): number | null {
  const based = units === null ? undefined : terms.inBase(asset, units);
  return based === undefined ? null : unitsOf(based);
}
