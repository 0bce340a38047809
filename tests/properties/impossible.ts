import type { RefusalCode } from "@bulkhead/core";
import type { Ask } from "../kit/books.ts";
import { UNATTRIBUTED } from "../kit/books.ts";
import { ACCOUNT, Desk, ofInstrument, ofPortfolio, plan } from "../kit/desk.ts";

/** Chance as three numbers: the same impossible command for the same three. */
export type Chance = Readonly<{ a: number; b: number; c: number }>;

/** An impossible command and what it must be refused with; "denied" is the gate's. Null: any code will do. */
export type Impossible = Readonly<{ ask: Ask; expected: readonly RefusalCode[] | "denied" | null }>;
type Maker = (desk: Desk, chance: Chance) => Impossible;

/** A desk where everything has happened: positions, shorts, working orders, exits, an archived portfolio, an engaged kill. */
export function populated(): Desk {
  const desk = new Desk();
  desk.mark({}, { EUR: "1.25" });
  for (const id of ["alpha", "beta", "gone"]) desk.portfolio(id, "10000");
  desk.trade("alpha", "SPY@X", "buy 100 @ 10", { executionId: "x1", fee: "1 USD" });
  desk.trade("alpha", "BTC-USD@X", "buy 1.5 @ 1000", { executionId: "x2" });
  desk.trade("beta", "SPIN@X", "sell 50 @ 10", { executionId: "x3" });
  desk.trade(UNATTRIBUTED, "SPY@X", "buy 7 @ 10", { executionId: "x4" });
  desk.place("alpha", "SPY@X", "sell 40", { limit: "11", intentId: "i1" });
  desk.place("beta", "SPY@X", "buy 10", { limit: "9" });
  desk.canceled(desk.place("beta", "SPY@X", "buy 3", { limit: "8" }).venueOrder);
  desk.do(desk.protectAsk("alpha", "SPY@X", plan({ stop: "5%", target: "20%", trailing: "~1" })));
  desk.do(desk.archiveAsk("gone"));
  desk.mark({ "SPY@X": "10", "SPIN@X": "10", "BTC-USD@X": "1000" });
  desk.do(desk.killAsk(ofInstrument("FRAC@X"), "pause"));
  desk.do(desk.roll("2026-01-02", ["alpha", "beta"]));
  desk.canceled(desk.place("beta", "SPY@X", "buy 4", { limit: "8" }).venueOrder);
  desk.do({ type: "StartEpoch", epoch: 5, engineVersion: "test" });
  return desk;
}

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const NOBODIES = ["nobody", "ALPHA", "", "alpha ", "__proto__"];
const NOTHINGS = ["NONE@X", "spy@x", "", "SPY", "constructor"];
const one = (code: RefusalCode): readonly RefusalCode[] => [code];
/** Text of one to a million dollars. */
const dollars = ({ b }: Chance): string => String(1 + (b % 1_000_000));
const id = ({ a, b }: Chance): string => `t${a}-${b}`;
const swap = (ask: Ask, parts: object): Ask => ({ ...ask, ...parts }) as Ask;

/** Commands that can never be meant, with their one code. */
// biome-ignore format: one row per impossibility.
export const IMPOSSIBLE: Readonly<Record<string, Maker>> = {
  "an unknown portfolio deposits":    (d, n) => ({ ask: d.flow(pick(NOBODIES, n.a), `${dollars(n)} USD`, id(n)), expected: one("PORTFOLIO_UNKNOWN") }),
  "an unknown portfolio orders":      (d, n) => ({ ask: d.wish(pick(NOBODIES, n.a), "SPY@X", `buy ${1 + n.b % 100}`), expected: one("PORTFOLIO_UNKNOWN") }),
  "an unknown portfolio is archived": (d, n) => ({ ask: d.archiveAsk(pick(NOBODIES, n.a)), expected: one("PORTFOLIO_UNKNOWN") }),
  "an unknown portfolio is paused":   (d, n) => ({ ask: pick([d.pauseAsk, d.resumeAsk], n.b)(pick(NOBODIES, n.a)), expected: one("PORTFOLIO_UNKNOWN") }),
  "an unknown portfolio is killed":   (d, n) => ({ ask: d.killAsk(ofPortfolio(pick(NOBODIES, n.a)), pick(["pause", "cancel", "flatten"], n.b)), expected: one("PORTFOLIO_UNKNOWN") }),
  "an unknown portfolio rolls":       (d, n) => ({ ask: d.roll("2027-01-01", ["alpha", pick(NOBODIES, n.a)]), expected: one("PORTFOLIO_UNKNOWN") }),
  "an unknown instrument trades":     (d, n) => ({ ask: swap(d.fillAsk(null, "SPY@X", "buy 1 @ 10"), { instrument: pick(NOTHINGS, n.a), executionId: id(n) }), expected: one("INSTRUMENT_UNKNOWN") }),
  "an unknown instrument is killed":  (d, n) => ({ ask: d.killAsk(ofInstrument(pick(NOTHINGS, n.a)), "flatten"), expected: one("INSTRUMENT_UNKNOWN") }),
  "an unknown instrument is marked":  (d, n) => ({ ask: { type: "MarkAccount", marks: [{ instrument: pick(NOTHINGS, n.a), price: 1 + n.b, at: d.at, source: "" }], rates: [] } as never, expected: one("INSTRUMENT_UNKNOWN") }),
  "an unknown instrument is split":   (d, n) => ({ ask: swap(d.split("SPY@X", "2:1"), { instrument: pick(NOTHINGS, n.a), actionId: id(n) }), expected: one("INSTRUMENT_UNKNOWN") }),
  "an unknown asset is deposited":    (d, n) => ({ ask: swap(d.flow("alpha", "1 USD", id(n)), { asset: pick(["GBP", "usd", "", "SPY"], n.a) }), expected: one("ASSET_UNKNOWN") }),
  "shares are deposited":             (d, n) => ({ ask: swap(d.flow("alpha", "1 USD", id(n)), { asset: pick(["SPY@X", "BTC", "FUT"], n.a) }), expected: one("ASSET_NOT_CASH") }),
  "yen without a rate":               (d, n) => ({ ask: d.flow("alpha", `${1 + n.a % 1000} JPY`, id(n)), expected: one("RATE_MISSING") }),
  "backward time":                    (d, n) => ({ ask: swap(d.pauseAsk("alpha"), { at: d.at - 1 - (n.a % 999) }), expected: one("TIME_BACKWARD") }),
  "no time":                          (d, n) => ({ ask: swap(d.pauseAsk("alpha"), { at: pick([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300, d.at + 0.5, "2026"], n.a) }), expected: one("TIME_BACKWARD") }),
  "a second account":                 (d, n) => ({ ask: { type: "OpenAccount", account: pick(["main", "other"], n.a), venue: "sim", mode: "live", base: { id: "USD", kind: "cash", scale: 2 }, settings: d.engine.state.account?.settings } as never, expected: one("ACCOUNT_ALREADY_OPEN") }),
  "a portfolio that is there":        (d, n) => ({ ask: { type: "CreatePortfolio", portfolio: pick(["alpha", "beta", "gone", UNATTRIBUTED], n.a), startingCash: n.b, settings: d.of("alpha").settings } as never, expected: one("PORTFOLIO_EXISTS") }),
  "a portfolio that is no slug":      (d, n) => ({ ask: { type: "CreatePortfolio", portfolio: pick(["Alpha", "", "-a", "a b", "ä", "a".repeat(65), "a\u0000"], n.a), startingCash: n.b, settings: d.of("alpha").settings } as never, expected: one("PORTFOLIO_ID_INVALID") }),
  "a portfolio beyond the cash":      (d, n) => ({ ask: { type: "CreatePortfolio", portfolio: "delta", startingCash: Number(d.money(d.cash(UNATTRIBUTED), "USD")) + 1 + n.a, settings: d.of("alpha").settings } as never, expected: one("CAPITAL_INSUFFICIENT") }),
  "the built-in portfolio changes":   (d, n) => ({ ask: pick([() => d.archiveAsk(UNATTRIBUTED), () => d.pauseAsk(UNATTRIBUTED), () => d.resumeAsk(UNATTRIBUTED), () => d.configure(UNATTRIBUTED, {})], n.a)(), expected: one("PORTFOLIO_BUILT_IN") }),
  "the archived one takes anything":  (d, n) => ({ ask: pick([() => d.archiveAsk("gone"), () => d.pauseAsk("gone"), () => d.flow("gone", "1 USD", id(n)), () => d.flow("gone", "-1 USD", id(n)), () => d.transfer("alpha", "gone", "1 USD", id(n)), () => d.moveAsk("alpha", "gone", "SPY@X", "1 @ 10", id(n)), () => d.configure("gone", {})], n.a)(), expected: one("PORTFOLIO_ARCHIVED") }),
  "archiving what is not flat":       (d, n) => ({ ask: d.archiveAsk(pick(["alpha", "beta"], n.a)), expected: one("PORTFOLIO_NOT_FLAT") }),
  "a transfer beyond the cash":       (d, n) => ({ ask: d.transfer("alpha", "beta", `${7_500 + (n.a % 1_000_000)} USD`, id(n)), expected: one("CAPITAL_INSUFFICIENT") }),
  "a withdrawal beyond the cash":     (d, n) => ({ ask: d.flow("alpha", `-${7_500 + (n.a % 1_000_000)} USD`, id(n)), expected: one("CAPITAL_INSUFFICIENT") }),
  "a transfer to oneself":            (d, n) => ({ ask: pick([d.transfer("alpha", "alpha", "1 USD", id(n)), d.moveAsk("alpha", "alpha", "SPY@X", "1 @ 10", id(n))], n.a), expected: one("TRANSFER_TO_SELF") }),
  "a move beyond the position":       (d, n) => ({ ask: d.moveAsk("alpha", "beta", "SPY@X", `${101 + n.a % 1000} @ 10`, id(n)), expected: one("POSITION_INSUFFICIENT") }),
  "a move of the other sign":         (d, n) => ({ ask: d.moveAsk("alpha", "beta", "SPY@X", `-${1 + n.a % 100} @ 10`, id(n)), expected: one("POSITION_INSUFFICIENT") }),
  "a move of a foreign instrument":   (d, n) => ({ ask: d.moveAsk("alpha", "beta", pick(["SPIN@X", "FUT@X", "PERP@X"], n.a), "1 @ 10", id(n)), expected: one("POSITION_INSUFFICIENT") }),
  "a move of what an order reserves": (d, n) => ({ ask: d.moveAsk("alpha", "beta", "SPY@X", `${61 + n.a % 40} @ 10`, id(n)), expected: one("POSITION_RESERVED") }),
  "a split by nothing":               (d, n) => ({ ask: d.split("SPY@X", pick(["0:0", "0:1", "1:0", "-2:1", "2:-1", "1.5:1", "NaN:1", "1:Infinity", "9007199254740992:1"], n.a)), expected: one("RATIO_INVALID") }),
  "shares of cost beyond one":        (d, n) => ({ ask: d.convert("SPY@X", [["SPIN@X", "1:1", pick(["0.5", "1.1", "0", "-1"], n.a)]]), expected: one("RATIO_INVALID") }),
  "an order that never was":          (d, n) => ({ ask: pick([d.cancelAsk(100 + n.b), d.replaceAsk(100 + n.b, "SPY@X", { quantity: "1" }), d.cancelAsk(0), d.cancelAsk(-1 - n.b)], n.a), expected: one("ORDER_UNKNOWN") }),
  "an order that has ended":          (d, n) => ({ ask: pick([d.cancelAsk(7), d.replaceAsk(7, "SPY@X", { quantity: "1" })], n.a), expected: ["ORDER_ENDED", "ORDER_UNKNOWN"] }),
  "a fact about no venue order":      (d, n) => ({ ask: pick([() => d.ack((100 + n.b) as never), () => d.sent((100 + n.b) as never, "unknown"), () => d.fact("RecordCancel", (100 + n.b) as never), () => d.fact("RecordReject", -n.b as never), () => d.fact("RecordExpiry", 0.5 as never)], n.a)(), expected: one("VENUE_ORDER_UNKNOWN") }),
  "more by replacing":                (d, n) => ({ ask: d.replaceAsk(5, "SPY@X", { quantity: String(11 + (n.a % 1000)) }), expected: one("ORDER_INVALID") }),
  "dearer by replacing":              (d, n) => ({ ask: d.replaceAsk(5, "SPY@X", { limit: `9.${10 + (n.a % 89)}` }), expected: one("ORDER_INVALID") }),
  "terms that do not fit":            (d, n) => ({ ask: swap(d.wish("alpha", "SPY@X", "buy 1"), { terms: { ...terms(d), ...pick<object>([{ limit: 1 }, { stop: 1 }, { orderType: "limit" }, { orderType: "stop" }, { orderType: "stop_limit" }, { timeInForce: "gtd" }, { expiresAt: 5_000 }], n.a) } }), expected: one("ORDER_INVALID") }),
  "between increments":               (d, n) => ({ ask: d.wish("alpha", "LONG@X", `buy ${1 + (n.a % 9) + 10 * (n.b % 50)}`), expected: one("AMOUNT_OFF_INCREMENT") }),
  "between ticks":                    (d, n) => ({ ask: d.wish("alpha", "LONG@X", "buy 20", pick([{ limit: `10.0${1 + (n.b % 4)}` }, { stop: `10.0${1 + (n.b % 4)}` }], n.a)), expected: one("PRICE_OFF_TICK") }),
  "another wish under the same id":   (d, n) => ({ ask: d.wish("alpha", "SPY@X", `sell ${41 + (n.a % 100)}`, { limit: "11", intentId: "i1" }), expected: one("INTENT_REUSED") }),
  "another fill under the same id":   (d, n) => ({ ask: d.fillAsk(1 as never, pick(["SPY@X", "SPIN@X"], n.b), `${pick(["sell", "buy"], n.a)} ${101 + (n.a % 100)} @ 10`, { executionId: "x1" }), expected: one("EXECUTION_MISMATCH") }),
  "a correction of nothing":          (_, n) => ({ ask: { type: "CorrectExecution", executionId: id(n), venueOrder: pick([null, 1], n.a), version: 1, quantity: 1, price: 1 } as never, expected: one("EXECUTION_UNKNOWN") }),
  "a fee of no execution":            (d, n) => ({ ask: d.fee("1 USD", { execution: id(n) }, id(n)), expected: one("EXECUTION_UNKNOWN") }),
  "exits where there are none":       (d, n) => ({ ask: pick([() => d.triggerAsk("beta", "SPIN@X", "stop", "11"), () => d.ratchetAsk("beta", "SPIN@X", "9"), () => d.protectAsk("beta", "SPIN@X", null), () => d.triggerAsk("alpha", "BTC-USD@X", "take_profit", "1")], n.a)(), expected: one("PROTECTION_UNKNOWN") }),
  "exits of what is flat":            (d, n) => ({ ask: d.protectAsk(pick(["beta", UNATTRIBUTED], n.a), "FUT@X", plan({ stop: "5%" })), expected: one("POSITION_FLAT") }),
  "exits that cannot protect":        (d, n) => ({ ask: d.protectAsk("alpha", "SPY@X", plan(pick([{}, { stop: "0%" }, { stop: "-5%" }, { stop: "~10" }, { target: "2R" }, { stop: "@12", target: "@11" }, { trailing: "~0" }], n.a))), expected: one("PROTECTION_INVALID") }),
  "a plan on the wrong side":         (d, n) => ({ ask: d.wish("alpha", "SPY@X", "buy 1", { protect: plan(pick([{ stop: "@10" }, { stop: "@11" }, { target: "@10" }, { target: "@9" }], n.a)) }), expected: one("PROTECTION_INVALID") }),
  "a kill that is not engaged":       (d, n) => ({ ask: d.clearAsk(pick([ACCOUNT, ofPortfolio("alpha"), ofInstrument("SPY@X")], n.a)), expected: one("KILL_NOT_ENGAGED") }),
  "no reason":                        (d, n) => ({ ask: pick([d.killAsk(ACCOUNT, "flatten", ""), d.clearAsk(ofInstrument("FRAC@X"), ""), d.pauseAsk(null, ""), d.resumeAsk("alpha", "")], n.a), expected: one("REASON_MISSING") }),
  "an epoch that was":                (_, n) => ({ ask: { type: "StartEpoch", epoch: pick([4, 0, -1, Number.NaN, 5.5, Number.POSITIVE_INFINITY], n.a), engineVersion: "test" }, expected: one("EPOCH_BACKWARD") }),
  "a day that was":                   (d, n) => ({ ask: d.roll(pick(["2026-01-02", "2026-01-01", "2025-12-31", "0000-00-00", ""], n.a), ["alpha"]), expected: one("DATE_BACKWARD") }),
  "settings nobody can mean":         (d, n) => ({ ask: pick([() => d.configure("alpha", { timeZone: "" }), () => d.configure("alpha", { minConfidence: -1 as never }), () => d.account({ fxCost: -1 as never }), () => d.account({ quoteAgeMaxMs: Number.NaN })], n.a)(), expected: one("SETTINGS_INVALID") }),
  "a buy beyond the cash":            (d, n) => ({ ask: d.wish("alpha", "SPY@X", `buy ${1_000 + (n.a % 1_000_000)}`), expected: "denied" }),
  "a sale of what is not held":       (d, n) => ({ ask: d.wish(pick(["alpha", "beta"], n.a), "LONG@X", `sell ${10 + 10 * (n.b % 100)}`), expected: "denied" }),
  "a buy under a kill":               (d, n) => ({ ask: d.wish("alpha", "FRAC@X", `${pick(["buy", "sell"], n.a)} ${1 + (n.b % 10)}`), expected: "denied" }),
  "an order of the archived":         (d, n) => ({ ask: d.wish("gone", "SPY@X", `${pick(["buy", "sell"], n.a)} ${1 + (n.b % 10)}`), expected: "denied" }),
  "more of a reduction than there is":(d, n) => ({ ask: d.wish("alpha", "SPY@X", `sell ${61 + (n.b % 40)}`, { reduceOnly: true }), expected: "denied" }),
};

const terms = (desk: Desk): object => (desk.wish("alpha", "SPY@X", "buy 1") as { terms: object }).terms;

/** What a hostile caller writes where an amount belongs. */
export const HOSTILE: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0.5,
  -0.5,
  1e-9,
  2 ** 53,
  2 ** 60,
  -(2 ** 53),
  1e300,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  -1,
];
/** Of a fact any exact figure may be true, however large. */
const NOT_EXACT: readonly number[] = HOSTILE.filter((units) => !Number.isSafeInteger(units));
/** Where nothing at all is as impossible as too much. */
const OR_NOTHING: readonly number[] = [...HOSTILE, 0, -0];

type Forgery = (desk: Desk, units: number, chance: Chance) => Ask;

/** Fields that take an amount, and a hostile number there. No way of reading the command makes it possible. */
// biome-ignore format: one row per field.
export const FORGED: Readonly<Record<string, readonly [Forgery, readonly number[]]>> = {
  "Deposit.amount":               [(d, units, n) => swap(d.flow("alpha", "1 USD", id(n)), { amount: units }), OR_NOTHING],
  "Withdraw.amount":              [(d, units, n) => swap(d.flow("alpha", "-1 USD", id(n)), { amount: units }), OR_NOTHING],
  "TransferCapital.amount":       [(d, units, n) => swap(d.transfer("alpha", "beta", "1 USD", id(n)), { amount: units }), OR_NOTHING],
  "TransferPosition.quantity":    [(d, units, n) => swap(d.moveAsk("alpha", "beta", "SPY@X", "1 @ 10", id(n)), { quantity: units }), OR_NOTHING],
  "TransferPosition.price":       [(d, units, n) => swap(d.moveAsk("alpha", "beta", "SPY@X", "2 @ 10", id(n)), { price: units }), OR_NOTHING],
  "CreatePortfolio.startingCash": [(d, units) => ({ type: "CreatePortfolio", portfolio: "delta", startingCash: units, settings: d.of("alpha").settings }) as never, HOSTILE],
  "PlaceOrder.quantity":          [(d, units) => swap(d.wish("alpha", "SPY@X", "buy 1"), { terms: { ...terms(d), quantity: units } }), OR_NOTHING],
  "PlaceOrder.limit":             [(d, units) => swap(d.wish("alpha", "SPY@X", "buy 2000"), { terms: { ...terms(d), quantity: 2000, orderType: "limit", limit: units } }), OR_NOTHING],
  "PlaceOrder.stop":              [(d, units) => swap(d.wish("alpha", "SPY@X", "buy 2000"), { terms: { ...terms(d), quantity: 2000, orderType: "stop", stop: units } }), OR_NOTHING],
  "PlaceOrder.quote":             [(d, units) => swap(d.wish("alpha", "SPY@X", "buy 2000"), { quote: units }), OR_NOTHING],
  "ReplaceOrder.quantity":        [(d, units) => swap(d.replaceAsk(5, "SPY@X", {}), { quantity: units }), OR_NOTHING],
  "ReplaceOrder.limit":           [(d, units) => swap(d.replaceAsk(5, "SPY@X", {}), { limit: units }), OR_NOTHING],
  "RecordExecution.quantity":     [(d, units, n) => swap(d.fillAsk(null, "SPY@X", "buy 1 @ 10", { executionId: id(n) }), { quantity: units }), OR_NOTHING],
  "RecordExecution.price":        [(d, units, n) => swap(d.fillAsk(null, "SPY@X", "buy 2 @ 10", { executionId: id(n) }), { price: units }), HOSTILE],
  "RecordExecution.fee":          [(d, units, n) => swap(d.fillAsk(null, "SPY@X", "buy 1 @ 10", { executionId: id(n) }), { fee: { asset: pick(["USD", "EUR", "BTC"], n.a), amount: units } }), NOT_EXACT],
  "CorrectExecution.quantity":    [(_, units) => ({ type: "CorrectExecution", executionId: "x1", venueOrder: 1, version: 1, quantity: units, price: 1000 }) as never, HOSTILE],
  "CorrectExecution.price":       [(_, units) => ({ type: "CorrectExecution", executionId: "x1", venueOrder: 1, version: 1, quantity: 100, price: units }) as never, OR_NOTHING],
  "RecordFee.amount":             [(d, units, n) => swap(d.fee("1 USD", { portfolio: "alpha" }, id(n)), { fee: { asset: "USD", amount: units } }), NOT_EXACT],
  "RecordIncome.perUnit":         [(d, units, n) => swap(d.income("dividend", "SPY@X", "1 USD"), { incomeId: id(n), perUnit: units, perUnitScale: 0 }), NOT_EXACT],
  "RecordIncome.received":        [(d, units, n) => swap(d.income("dividend", "SPY@X", "1 USD"), { incomeId: id(n), received: units }), NOT_EXACT],
  "RecordConversion.amount":      [(_, units, n) => ({ type: "RecordConversion", conversionId: id(n), portfolio: "alpha", from: "USD", amount: units, to: "EUR", received: 1 }) as never, [...NOT_EXACT, -1, 0, -0]],
  "RecordConversion.received":    [(_, units, n) => ({ type: "RecordConversion", conversionId: id(n), portfolio: "alpha", from: "USD", amount: 1, to: "EUR", received: units }) as never, [...NOT_EXACT, -1, 0, -0]],
  "RecordCash.amount":            [(_, units, n) => ({ type: "RecordCash", cashId: id(n), kind: "other", asset: "USD", amount: units, instrument: "SPY@X", details: "" }) as never, NOT_EXACT],
  "RecordCorporateAction.ratio":  [(d, units) => swap(d.split("SPY@X", "2:1"), { numerator: units }), OR_NOTHING],
  "RecordCorporateAction.cash":   [(d, units) => swap(d.split("SPY@X", "2:1"), { cashInLieu: units }), NOT_EXACT],
  "MarkAccount.price":            [(d, units) => ({ type: "MarkAccount", marks: [{ instrument: "SPY@X", price: units, at: d.at, source: "" }], rates: [] }) as never, OR_NOTHING],
  "MarkAccount.rate":             [(d, units) => ({ type: "MarkAccount", marks: [], rates: [{ asset: "EUR", rate: units, at: d.at, source: "" }] }) as never, OR_NOTHING.filter((each) => each !== Number.MAX_SAFE_INTEGER)],
  "TriggerProtection.price":      [(d, units) => swap(d.triggerAsk("alpha", "SPY@X", "stop", "9"), { price: units }), OR_NOTHING.filter((each) => each !== Number.MAX_SAFE_INTEGER)],
  "RatchetProtection.reference":  [(d, units) => swap(d.ratchetAsk("alpha", "SPY@X", "12"), { reference: units }), OR_NOTHING.filter((each) => each !== Number.MAX_SAFE_INTEGER)],
  "SetProtection.stop":           [(d, units) => swap(d.protectAsk("alpha", "SPY@X", null), { plan: { stop: { kind: "price", price: units }, takeProfit: null, trailing: null } }), OR_NOTHING.filter((each) => each !== Number.MAX_SAFE_INTEGER)],
};
