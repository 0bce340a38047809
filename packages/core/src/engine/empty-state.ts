import { ZERO_MONEY } from "@bulkhead/money";
import type { InstantMs } from "../brand.ts";
import { Executions } from "../executions.ts";
import { NumberedTable } from "../numbered-table.ts";
import { emptyReconciliation } from "../reconcile/break.ts";
import type { State } from "../state.ts";
import type { EventOf } from "./events.ts";

/** Tables before the first record. */
export function emptyState(asserting: boolean): State {
  return {
    asserting,
    account: undefined,
    seq: 0,
    at: 0 as InstantMs,
    epoch: 0,
    epochs: new Map(),
    assets: new Map(),
    listings: new Map(),
    contracts: new Map(),
    formerly: new Map(),
    primary: new Map(),
    portfolios: new Map(),
    orders: new NumberedTable(),
    venueOrders: new NumberedTable(),
    executions: new Executions(),
    owners: { portfolios: [], orders: [] },
    ended: [],
    marks: new Map(),
    rates: new Map(),
    kills: new Map(),
    modes: new Map(),
    reconciliation: emptyReconciliation(),
    bookedIds: new Set(),
    orderTimes: [],
    large: false,
    breaks: 0,
    nextOrder: 1,
    nextVenueOrder: 1,
    nextLot: 1,
    equity: ZERO_MONEY,
    highWaterMark: ZERO_MONEY,
  };
}

/** The account and its base asset. */
export function openAccountTables(state: State, event: EventOf<"AccountOpened">): void {
  const { account: id, venue, mode, base, settings } = event;
  state.account = { id, venue, mode, base, settings };
  state.assets.set(base.id, base);
}
