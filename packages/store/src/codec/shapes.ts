import type {
  AccountSettings,
  Asset,
  AssignmentShare,
  AttributionRule,
  ChangeableTerms,
  CostSource,
  Difference,
  DifferenceKind,
  Fee,
  Flow,
  Holdback,
  Instrument,
  LedgerAccount,
  Levels,
  LossLimit,
  LotChange,
  Mark,
  Mode,
  Night,
  OrderOrigin,
  OrderTerms,
  OvernightPolicy,
  PortfolioLots,
  PortfolioSettings,
  Posting,
  Proposal,
  Protection,
  ProtectionLeg,
  ProtectionPlan,
  ProtectionPolicy,
  ProtectiveLevel,
  Rate,
  Receipt,
  RiskLimits,
  RiskRule,
  Scope,
  Side,
  TradingState,
  VenueCash,
  VenueContract,
  VenueOrderReport,
  VenuePosition,
  VenueSnapshot,
  VenueTag,
  WriteOffCategory,
} from "@bulkhead/core";
import type { Fields, Kind } from "./schema.ts";
import {
  amountOf,
  baseMoney,
  choice,
  figure,
  flag,
  instant,
  integer,
  list,
  nullable,
  price,
  ratio,
  size,
  struct,
  text,
  union,
} from "./schema.ts";

// What commands, events and state are made of. Fixed lists are written out: their order is the order on disk, not core's.

export const side: Kind<Side> = choice("buy", "sell");
export const origin: Kind<OrderOrigin> = choice("strategy", "person", "protection", "kill");
export const protectionLeg: Kind<ProtectionLeg> = choice("stop", "trailing_stop", "take_profit");
export const direction = choice("long", "short");
export const accountMode = choice("backtest", "paper", "live");
export const killLevel = choice("pause", "cancel", "flatten");
export const incomeKind = choice("dividend", "funding", "interest", "borrow");
export const cashKind = choice("transfer", "dividend", "tax", "interest", "fee", "other");
export const mode: Kind<Mode> = choice("ready", "reduce_only", "cancel_only", "read_only", "halted");
export const tradingState: Kind<TradingState> = choice("active", "reducing", "cancel_only", "read_only", "halted");
export const orderType = choice("market", "limit", "stop", "stop_limit");
export const timeInForce = choice("day", "gtc", "gtd", "ioc", "fok");
export const ledgerAccount: Kind<LedgerAccount> = choice(
  "cash",
  "position",
  "cost",
  "exchange",
  "capital",
  "transfers",
  "realized",
  "income",
  "dividends",
  "funding",
  "interest",
  "fees",
  "model-costs",
  "accrued",
  "rounding",
);
const riskRule: Kind<RiskRule> = choice(
  "mode",
  "kill_switch",
  "trading_state",
  "archived",
  "enabled_strategies",
  "min_confidence",
  "universe",
  "quote_missing",
  "quote_stale",
  "closed_market",
  "collar",
  "shortable",
  "reduce_only",
  "max_order_notional",
  "available_currency",
  "available_quantity",
  "available_cash",
  "max_position_pct",
  "max_position_size",
  "max_total_exposure",
  "max_leverage",
  "max_net_exposure",
  "max_open_positions",
  "max_loss_day",
  "max_loss_rolling_24h",
  "max_loss_lifetime",
  "max_drawdown",
  "max_orders_per_minute",
  "duplicate",
  "crossing",
  "minimum_size",
  "unanswered",
);

export const asset = struct<Asset>({ id: text(), kind: choice("cash", "share", "coin", "contract", "outcome"), scale: integer() });

export const instrument = struct<Instrument>({
  id: text(),
  symbol: text(),
  base: text(),
  quote: text(),
  settlement: choice("full", "margined"),
  priceScale: integer(),
  tickSize: price(),
  sizeIncrement: amountOf("base"),
  quantityMin: amountOf("base"),
  notionalMin: amountOf("quote"),
  multiplierUnits: integer(),
  multiplierScale: integer(),
  shortable: flag(),
});

export const unitRatio = struct<Readonly<{ numerator: number; denominator: number }>>({ numerator: integer(), denominator: integer() });
export const venueContract = struct<VenueContract>({
  venueKey: text(),
  symbol: text(),
  exchange: text(),
  currency: text(),
  multiplier: text(),
  tick: text(),
  increment: text(),
  quantityMin: text(),
  notionalMin: text(),
  expiry: text(),
});

export const scope = union<Scope>({ account: {}, portfolio: { portfolio: text() }, instrument: { instrument: text() } });
export const fee = struct<Fee>({ asset: text(), amount: amountOf("asset") });
export const mark = struct<Mark>({ instrument: text(), price: price(), at: instant(), source: text() });
export const rate = struct<Rate>({ asset: text(), rate: ratio(), at: instant(), source: text() });
export const posting = struct<Posting>({ portfolio: text(), account: ledgerAccount, asset: text(), amount: amountOf("asset") });
export const flow = struct<Flow>({ portfolio: text(), amount: baseMoney(), equityBefore: baseMoney() });

export const orderTerms = struct<OrderTerms>({
  instrument: text(),
  side,
  quantity: size(),
  orderType,
  limit: nullable(price()),
  stop: nullable(price()),
  timeInForce,
  expiresAt: nullable(instant()),
});

export const changeableTerms = struct<ChangeableTerms>({ quantity: size(), limit: nullable(price()), stop: nullable(price()) });

const protectiveLevel = union<ProtectiveLevel>({
  price: { price: price() },
  ratio: { ratio: ratio() },
  distance: { distance: price() },
  risk: { multiple: ratio() },
});
export const holdback = struct<Holdback>({ worst: price(), rate: ratio(), closes: size() });
export const protectionPlan = struct<ProtectionPlan>({
  stop: nullable(protectiveLevel),
  takeProfit: nullable(protectiveLevel),
  trailing: nullable(protectiveLevel),
});
/** Of an event, too. */
export const levels = {
  stop: nullable(price()),
  takeProfit: nullable(price()),
  trailing: nullable(price()),
} as const satisfies Fields<Levels>;
export const protection = struct<Protection>({
  portfolio: text(),
  instrument: text(),
  direction,
  stop: nullable(price()),
  takeProfit: nullable(price()),
  trailing: nullable(price()),
  reference: price(),
  armedAt: instant(),
  overnight: nullable(struct<Night>({ closeAt: instant(), day: struct<Levels>(levels) })),
});

const lotChange = struct<LotChange>({
  lot: integer(),
  asset: text(),
  quantity: amountOf("asset"),
  cost: amountOf("costAsset"),
  costAsset: text(),
  openedAt: instant(),
  execution: nullable(text()),
});
export const portfolioLots = struct<PortfolioLots>({ portfolio: text(), changes: list(lotChange) });

export const receipt = struct<Receipt>({
  portfolio: text(),
  instrument: text(),
  side,
  asked: size(),
  allowed: size(),
  verdict: choice("allowed", "reduced", "denied"),
  rule: nullable(riskRule),
  scope: nullable(choice("portfolio", "account", "instrument")),
  figure: choice("none", "money", "quantity", "price", "ratio", "count", "milliseconds"),
  bound: nullable(figure()),
  observed: nullable(figure()),
  reason: text(),
  confidence: nullable(ratio()),
});

const lossLimit = struct<LossLimit>({
  window: choice("day", "rolling-24h", "lifetime", "drawdown"),
  fraction: nullable(ratio()),
  amount: nullable(baseMoney()),
});
const riskLimits = struct<RiskLimits>({
  maxPositionPct: nullable(ratio()),
  maxPositionSize: nullable(baseMoney()),
  maxTotalExposure: nullable(baseMoney()),
  maxLeverage: nullable(ratio()),
  maxNetExposure: nullable(baseMoney()),
  maxOpenPositions: nullable(integer()),
  maxOrderNotional: nullable(baseMoney()),
  maxOrdersPerMinute: nullable(integer()),
  collar: nullable(ratio()),
  losses: list(lossLimit),
});

export const accountSettings = struct<AccountSettings>({
  limits: riskLimits,
  quoteAgeMaxMs: integer(),
  duplicateWindowMs: integer(),
  overAllocation: flag(),
  shortRequirement: ratio(),
  marginRequirement: ratio(),
  feeReserve: ratio(),
  fxCost: ratio(),
  access: choice("read-only", "trade"),
  attribution: list(
    struct<AttributionRule>({
      portfolio: text(),
      referencePrefix: nullable(text()),
      client: nullable(text()),
      instrument: nullable(text()),
    }),
  ),
});

export const portfolioSettings = struct<PortfolioSettings>({
  name: text(),
  description: text(),
  timeZone: text(),
  lotMatching: choice("fifo", "lifo", "hifo", "average", "specific"),
  fx: choice("refuse", "auto"),
  universe: nullable(list(text())),
  strategy: nullable(
    struct<NonNullable<PortfolioSettings["strategy"]>>({ type: text(), version: text(), codeHash: text(), params: text() }),
  ),
  enabledStrategies: nullable(list(text())),
  minConfidence: nullable(ratio()),
  limits: riskLimits,
  protection: struct<ProtectionPolicy>({
    stopLossPct: nullable(ratio()),
    takeProfitPct: nullable(ratio()),
    trailingStopPct: nullable(ratio()),
  }),
  overnight: nullable(
    struct<OvernightPolicy>({
      stopPct: nullable(ratio()),
      stopFactor: nullable(ratio()),
      takeProfitPct: nullable(ratio()),
      takeProfitFactor: nullable(ratio()),
      beforeCloseMs: integer(),
      afterOpenMs: integer(),
      hours: nullable(struct<NonNullable<OvernightPolicy["hours"]>>({ from: integer(), to: integer() })),
      except: list(text()),
    }),
  ),
  tradeAmount: nullable(baseMoney()),
  labels: struct<PortfolioSettings["labels"]>({ botVersion: text(), runId: text() }),
});

// What reconciliation compares and keeps.

export const differenceKind: Kind<DifferenceKind> = choice(
  "position",
  "cash",
  "unknown_order",
  "external_order",
  "vanished_order",
  "missed_fill",
  "revived_order",
);
export const proposal: Kind<Proposal> = choice(
  "none",
  "manual_trade",
  "missed_fill",
  "split",
  "rename",
  "dividend",
  "interest",
  "airdrop",
  "fee",
  "rounding",
  "transfer",
);
export const writeOffCategory: Kind<WriteOffCategory> = choice(
  "fee",
  "dividend",
  "interest",
  "airdrop",
  "rounding",
  "trade",
  "split",
  "transfer",
);
const costSource: Kind<CostSource> = choice("residual", "average", "mark", "none", "cash");

export const venueTag = struct<VenueTag>({ reference: text(), client: text(), venueOrderId: text() });
const venueOrderReport = struct<VenueOrderReport>({
  venueOrder: nullable(integer()),
  epoch: nullable(integer()),
  tag: venueTag,
  terms: orderTerms,
  filled: size(),
  status: choice("working", "filled", "canceled", "rejected", "expired"),
  reason: text(),
});
export const venueSnapshot = struct<VenueSnapshot>({
  snapshotId: text(),
  from: instant(),
  to: instant(),
  quiet: flag(),
  positions: nullable(list(struct<VenuePosition>({ instrument: text(), quantity: size(), averageCost: nullable(price()) }))),
  cash: nullable(list(struct<VenueCash>({ asset: text(), amount: amountOf("asset") }))),
  openOrders: nullable(list(venueOrderReport)),
  endedOrders: nullable(list(venueOrderReport)),
  executionsSince: nullable(instant()),
});
export const difference = struct<Difference>({
  asset: text(),
  instrument: nullable(text()),
  amount: amountOf("asset"),
  cost: amountOf("quote"),
  quote: text(),
  costFrom: costSource,
});
export const assignmentShare = struct<AssignmentShare>({
  portfolio: text(),
  amount: amountOf("asset"),
  cash: amountOf("quote"),
  lots: list(integer()),
});
