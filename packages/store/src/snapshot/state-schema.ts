import type { Balances, BookedExecution, Holding, Listing, Lot, Order, Portfolio, State, VenueOrder } from "@bulkhead/core";
import type { Kind } from "../codec/schema.ts";
import {
  choice,
  exact,
  flag,
  instant,
  integer,
  list,
  map,
  nullable,
  optional,
  ownList,
  ratio,
  set,
  struct,
  text,
} from "../codec/schema.ts";
import {
  accountMode,
  accountSettings,
  asset,
  instrument,
  killLevel,
  mode,
  orderType,
  origin,
  portfolioSettings,
  protection,
  protectionLeg,
  protectionPlan,
  side,
  timeInForce,
  tradingState,
} from "../codec/shapes.ts";
import type { StateImage } from "./image.ts";

// The tables of an account, field by field. A new field is one line here, marked `since` the next view: earlier digests stay.

type ValueOf<M> = M extends ReadonlyMap<unknown, infer V> ? V : never;

const listing = struct<Listing>({
  instrument,
  base: asset,
  quote: asset,
  terms: struct<Listing["terms"]>({ numerator: integer(), divisor: integer() }),
});

const order = struct<Order>({
  id: integer(),
  portfolio: text(),
  instrument: text(),
  side,
  quantity: exact(),
  orderType,
  limit: nullable(exact()),
  stop: nullable(exact()),
  timeInForce,
  expiresAt: nullable(instant()),
  origin,
  protect: nullable(protectionPlan),
  lots: list(integer()),
  venueOrder: integer(),
  placedAt: instant(),
  status: choice("routing", "sending", "unknown", "working", "canceling", "filled", "canceled", "rejected", "expired"),
  filled: exact(),
  reserved: exact(),
  reservedAsset: text(),
  fees: exact(),
});

const venueOrder = struct<VenueOrder>({
  seq: integer(),
  epoch: integer(),
  instrument: text(),
  side,
  orders: list(integer()),
  venueOrderId: nullable(text()),
});

const share = struct<BookedExecution["others"][number]>({
  portfolio: text(),
  order: nullable(integer()),
  quantity: integer(),
  opened: integer(),
});
const bookedExecution = struct<BookedExecution>({
  id: text(),
  venueOrder: nullable(integer()),
  version: integer(),
  instrument: text(),
  side,
  price: integer(),
  portfolio: text(),
  order: nullable(integer()),
  quantity: integer(),
  opened: integer(),
  others: list(share),
});

const balances = struct<Balances>({
  cash: exact(),
  position: exact(),
  cost: exact(),
  exchange: exact(),
  capital: exact(),
  transfers: exact(),
  realized: exact(),
  income: exact(),
  dividends: exact(),
  funding: exact(),
  interest: exact(),
  fees: exact(),
  "model-costs": exact(),
  accrued: exact(),
  rounding: exact(),
});
const lot = struct<Lot>({
  id: integer(),
  quantity: exact(),
  cost: exact(),
  costAsset: text(),
  openedAt: instant(),
  execution: nullable(text()),
});
const holding = struct<Holding>({ quantity: exact(), lots: ownList(lot) });

const portfolio = struct<Portfolio>({
  id: text(),
  createdAt: instant(),
  settings: portfolioSettings,
  tradingState,
  stateReason: text(),
  archived: flag(),
  ledger: map(text(), balances),
  holdings: map(text(), holding),
  orders: ownList(integer()),
  reserved: map(text(), exact()),
  protections: map(text(), protection),
  exiting: map(text(), struct<ValueOf<Portfolio["exiting"]>>({ leg: protectionLeg, price: exact(), at: instant() })),
  equity: exact(),
  highWaterMark: exact(),
  contributions: exact(),
  day: nullable(
    struct<NonNullable<Portfolio["day"]>>({
      date: text(),
      startEquity: exact(),
      flows: exact(),
      feesBefore: map(text(), exact()),
      high: exact(),
      fall: exact(),
    }),
  ),
  recent: ownList(struct<Portfolio["recent"][number]>({ at: instant(), equity: exact() })),
  orderTimes: ownList(instant()),
  recentOrders: ownList(
    struct<Portfolio["recentOrders"][number]>({
      at: instant(),
      instrument: text(),
      side,
      orderType,
      asked: exact(),
      limit: nullable(exact()),
      stop: nullable(exact()),
    }),
  ),
  strategyStop: nullable(struct<NonNullable<Portfolio["strategyStop"]>>({ at: instant(), reason: text(), by: text() })),
});

export const STATE: Kind<StateImage> = struct<StateImage>({
  account: optional(
    struct<NonNullable<State["account"]>>({ id: text(), venue: text(), mode: accountMode, base: asset, settings: accountSettings }),
  ),
  seq: integer(),
  at: instant(),
  epoch: integer(),
  assets: map(text(), asset),
  listings: map(text(), listing),
  primary: map(text(), text()),
  portfolios: map(text(), portfolio),
  orders: map(integer(), order),
  venueOrders: map(integer(), venueOrder),
  executions: ownList(bookedExecution),
  owners: struct<State["owners"]>({ portfolios: ownList(text()), orders: ownList(integer()) }),
  ended: ownList(integer()),
  marks: map(text(), struct<ValueOf<State["marks"]>>({ price: exact(), at: instant(), source: text() })),
  rates: map(text(), struct<ValueOf<State["rates"]>>({ rate: ratio(), at: instant(), source: text() })),
  kills: map(text(), struct<ValueOf<State["kills"]>>({ level: killLevel, reason: text() })),
  modes: map(text(), struct<ValueOf<State["modes"]>>({ mode, reason: text() })),
  bookedIds: set(text()),
  orderTimes: ownList(instant()),
  large: flag(),
  breaks: integer(),
  nextOrder: integer(),
  nextVenueOrder: integer(),
  nextLot: integer(),
  equity: exact(),
  highWaterMark: exact(),
});
