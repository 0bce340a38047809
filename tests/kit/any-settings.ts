import type { AccountSettings, InstrumentId, PortfolioSettings, RiskLimits } from "@bulkhead/core";
import { type Money, moneyOfUnits, type Ratio, ratioOfUnits } from "@bulkhead/money";
import fc from "fast-check";

const ratio = (most = 5_000_000_000): fc.Arbitrary<Ratio> => fc.integer({ min: 1, max: most }).map(ratioOfUnits);
export const anyMoney: fc.Arbitrary<Money> = fc.integer({ min: 1, max: 1_000_000_000_000_000 }).map(moneyOfUnits);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 });
/** Text that makes trouble where it is quoted wrongly. */
export const anyWords = fc
  .string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(..."aZ9 =#\"'\\[]{}.,é漢😀%") })
  .filter((text) => text.trim() !== "");
const loss = fc.oneof(
  fc.record({ window: fc.constantFrom("day" as const, "rolling-24h" as const), fraction: ratio(1_000_000_000), amount: fc.constant(null) }),
  fc.record({ window: fc.constantFrom("lifetime" as const, "drawdown" as const), fraction: fc.constant(null), amount: anyMoney }),
);
const limits: fc.Arbitrary<RiskLimits> = fc.record({
  maxPositionPct: maybe(ratio()),
  maxPositionSize: maybe(anyMoney),
  maxTotalExposure: maybe(anyMoney),
  maxLeverage: maybe(ratio()),
  maxNetExposure: maybe(anyMoney),
  maxOpenPositions: maybe(fc.integer({ min: 0, max: 1_000_000 })),
  maxOrderNotional: maybe(anyMoney),
  maxOrdersPerMinute: maybe(fc.integer({ min: 1, max: 1_000_000 })),
  collar: maybe(ratio()),
  losses: fc.uniqueArray(loss, { maxLength: 4, selector: (each) => JSON.stringify(each) }),
});
const factor = fc.integer({ min: 1_000_000_000, max: 9_000_000_000 }).map(ratioOfUnits);
const minutes = fc.integer({ min: 0, max: 60 }).map((each) => each * 60_000);
const overnight = (symbols: fc.Arbitrary<InstrumentId>) =>
  fc
    .record({
      stopPct: maybe(ratio()),
      stopFactor: maybe(factor),
      takeProfitPct: maybe(ratio()),
      takeProfitFactor: maybe(factor),
      beforeCloseMs: minutes,
      afterOpenMs: minutes,
      hours: maybe(fc.record({ from: fc.integer({ min: 0, max: 719 }), to: fc.integer({ min: 720, max: 1_439 }) })),
      except: fc.uniqueArray(symbols),
    })
    .filter((policy) => [policy.stopPct, policy.stopFactor, policy.takeProfitPct, policy.takeProfitFactor].some((each) => each !== null));
/** Settings of a portfolio that a configuration can say. */
export const anySettings = (
  symbols: fc.Arbitrary<InstrumentId>,
  strategy: fc.Arbitrary<NonNullable<PortfolioSettings["strategy"]>>,
): fc.Arbitrary<PortfolioSettings> =>
  fc.record({
    name: fc.oneof(fc.constant(""), anyWords),
    description: fc.oneof(fc.constant(""), anyWords),
    timeZone: fc.constantFrom("UTC", "America/New_York"),
    lotMatching: fc.constantFrom("fifo", "lifo", "hifo", "average", "specific"),
    fx: fc.constantFrom("refuse", "auto"),
    universe: maybe(fc.uniqueArray(symbols, { minLength: 1 })),
    tradeAmount: maybe(anyMoney),
    strategy: maybe(strategy),
    enabledStrategies: maybe(fc.uniqueArray(fc.constantFrom("sma-cross", "a, b", "x"))),
    minConfidence: maybe(ratio(1_000_000_000)),
    limits,
    protection: fc.record({ stopLossPct: maybe(ratio()), takeProfitPct: maybe(ratio()), trailingStopPct: maybe(ratio()) }),
    overnight: maybe(overnight(symbols)),
    labels: fc.record({ botVersion: fc.oneof(fc.constant(""), anyWords), runId: fc.oneof(fc.constant(""), anyWords) }),
  });
const anyName = fc.constantFrom("grid-", "SPY@XNYS", "BTC");
/** Settings of an account that a configuration can say. */
export const anyAccountSettings: fc.Arbitrary<AccountSettings> = fc.record({
  limits: limits.map((each) => ({ ...each, collar: each.collar ?? ratioOfUnits(1) })),
  quoteAgeMaxMs: fc.integer({ min: 1, max: 10_000_000_000 }),
  duplicateWindowMs: fc.integer({ min: 0, max: 10_000_000 }),
  overAllocation: fc.boolean(),
  shortRequirement: ratio(),
  marginRequirement: ratio(),
  feeReserve: ratio(),
  fxCost: ratio(),
  access: fc.constantFrom("read-only", "trade"),
  attribution: fc.array(
    fc.record({
      portfolio: fc.constantFrom("p1" as never),
      referencePrefix: maybe(anyName),
      client: fc.constant("7"),
      instrument: maybe(anyName),
    }),
    { maxLength: 2 },
  ),
});
