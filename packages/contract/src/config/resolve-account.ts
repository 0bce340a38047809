import type { RiskLimits } from "@bulkhead/core";
import type { Money, Ratio } from "@bulkhead/money";
import { parseRatio, ZERO_RATIO } from "@bulkhead/money";
import type { AccountConfig } from "./config.ts";
import type { AccountTable, FeeTable } from "./file.ts";
import type { Reader } from "./reader.ts";
import { readBroker } from "./resolve-broker.ts";
import { readLimits } from "./resolve-limits.ts";
import { ACCOUNT_WORDS, durationWords, LIMIT_WORDS, percentWords } from "./words.ts";

/** What an account says, but for its portfolios and what it starts with when it does not say (their sum). */
export type AccountBasics = Omit<AccountConfig, "portfolios" | "schedules" | "startingCash"> & Readonly<{ startingCash: Money | null }>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** One account out of its table. */
export function readAccount(
  reader: Reader<AccountTable>,
  context: Readonly<{ id: string; scale: number; currency: string }>,
): AccountBasics {
  reader.say("base_currency", context.currency, `is kept in ${context.currency}`, reader.origin("base_currency"));
  const startingCash = reader.money("starting_cash", (cash) => `starts with ${cash}`);
  const broker = readBroker(reader);
  const venue = broker?.kind ?? (reader.value("venue") === "simulated" ? null : (reader.value("venue") ?? null));
  if (venue !== null) reader.say("venue", venue, `trades at ${venue}`, reader.origin("venue"));
  reader.plain("routing", "direct", () => "each portfolio order is one venue order");
  const ratio = (key: keyof typeof ACCOUNT_WORDS, otherwise: string): Ratio => {
    const written = reader.ratio(key, ACCOUNT_WORDS[key]);
    if (written !== null) return written;
    reader.say(key, otherwise, ACCOUNT_WORDS[key](otherwise), { kind: "default" });
    return ratioOf(otherwise);
  };
  const fee = reader.value("fee") ?? { model: "none" };
  reader.say("fee", JSON.stringify(fee), feeWords(fee, context.currency), reader.origin("fee"));
  return {
    id: context.id,
    venue,
    broker,
    confirmLive: reader.value("confirm_live") ?? null,
    selfCrossing: reader.plain("self_crossing", "wait", (value) =>
      value === "wait" ? "at a broker, never trades with itself" : "may trade with itself where the broker lets it",
    ),
    mode: reader.plain("mode", "paper", (value) => `trades in ${value} (a backtest is always a backtest)`),
    baseCurrency: context.currency,
    scale: context.scale,
    startingCash,
    fee,
    ...readFills(reader),
    markEveryMs: reader.plain("mark_every", MINUTE_MS, (ms) => `at a desk, equity is marked every ${durationWords(Number(ms))}`),
    settings: {
      limits: withCollar(reader, readLimits(reader, context)),
      quoteAgeMaxMs: reader.plain("quote_age_max", 7 * DAY_MS, (ms) => `takes orders on quotes up to ${durationWords(Number(ms))} old`),
      duplicateWindowMs: reader.plain(
        "duplicate_window",
        1000,
        (ms) => `the same order again within ${durationWords(Number(ms))} is a duplicate`,
      ),
      overAllocation: reader.plain("over_allocation", false, (value) =>
        value ? "may promise its portfolios more than it holds" : "its portfolios start with no more than it holds",
      ),
      shortRequirement: ratio("short_requirement_pct", "0.5"),
      marginRequirement: ratio("margin_requirement_pct", "0.1"),
      feeReserve: ratio("fee_reserve_pct", feeReserve(fee)),
      fxCost: ratio("fx_cost_pct", "0.0005"),
      access: reader.plain("access", broker === null ? "trade" : "read-only", (value) =>
        value === "trade" ? "may send orders" : "looks on: books what happens there and sends nothing",
      ),
      attribution: [],
    },
  };
}

function readFills(reader: Reader<AccountTable>): Pick<AccountBasics, "slippage" | "volumeShare" | "borrowRate" | "fxRates"> {
  const slippage = reader.value("slippage") ?? {};
  const ticks = slippage.ticks ?? 0;
  const pct = slippage.pct ?? "0";
  reader.say(
    "slippage",
    JSON.stringify(slippage),
    `fills are ${percentWords(pct)} and ${ticks} ticks worse than the price seen`,
    reader.origin("slippage"),
  );
  const share = reader.value("fill")?.volume_share;
  const shareWords =
    share === undefined ? "an order may take a bar's whole volume" : `an order takes at most ${percentWords(share)} of a bar's volume`;
  reader.say("fill", share ?? "", shareWords, reader.origin("fill"));
  const borrow = reader.value("borrow")?.rate;
  if (borrow !== undefined)
    reader.say("borrow", borrow, `borrowing what is sold short costs ${percentWords(borrow)} a year`, reader.origin("borrow"));
  const fxRates = (reader.value("fx_rates") ?? []).map(({ currency, rate }) => {
    reader.say("fx_rates", rate, `1 ${currency} is ${rate} of the base currency`, reader.origin("fx_rates"));
    return { currency, rate: ratioOf(rate) };
  });
  return {
    slippage: { ratio: ratioOf(pct), ticks },
    volumeShare: share === undefined ? null : ratioOf(share),
    borrowRate: borrow === undefined ? ZERO_RATIO : ratioOf(borrow),
    fxRates,
  };
}

/** What a buy holds back for fees where nobody says: what the model can charge at most, as far as that is a share of the value. */
function feeReserve(fee: FeeTable): string {
  switch (fee.model) {
    case "none":
      return "0";
    case "percent":
      return fee.rate;
    case "maker-taker":
      return [fee.maker, fee.taker, "0"].reduce((most, each) => (Number(each) > Number(most) ? each : most));
    case "ibkr-fixed":
      return "0.01";
    case "per-share":
      return fee.maximum_pct ?? "0.01";
  }
}

const COLLAR = "0.05";

/** A market buy fills at the next open, which nobody knows yet: without a collar every gap upwards would overdraw. */
function withCollar(reader: Reader<AccountTable>, limits: RiskLimits): RiskLimits {
  if (limits.collar !== null) return limits;
  reader.say("collar_pct", COLLAR, LIMIT_WORDS.collar_pct(COLLAR), { kind: "default" });
  return { ...limits, collar: ratioOf(COLLAR) };
}

/** A fee model in words. */
export function feeWords(fee: FeeTable, currency: string): string {
  switch (fee.model) {
    case "none":
      return "charges no fees";
    case "ibkr-fixed":
      return "charges what IBKR Pro fixed does: 0.005 a share, at least 1, at most 1 % of the value";
    case "per-share": {
      const least = fee.minimum === undefined ? "" : `, at least ${fee.minimum}`;
      const most = fee.maximum_pct === undefined ? "" : `, at most ${percentWords(fee.maximum_pct)} of the value`;
      return `charges ${fee.per_share} ${currency} a share${least}${most}`;
    }
    case "percent":
      return `charges ${percentWords(fee.rate)} of the value`;
    case "maker-taker":
      return `charges makers ${percentWords(fee.maker)} and takers ${percentWords(fee.taker)} of the value`;
  }
}

/** The exact ratio of a text that its schema accepted. */
function ratioOf(text: string): Ratio {
  const parsed = parseRatio(text);
  if (!parsed.ok) throw new RangeError(`NOT_A_RATIO: ${text}`);
  return parsed.value;
}
