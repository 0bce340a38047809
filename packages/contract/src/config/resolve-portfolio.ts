import type { ProtectionPolicy } from "@bulkhead/core";
import { moneyOfUnits, parseMoney, type Scale } from "@bulkhead/money";
import type { PortfolioConfig } from "./config.ts";
import type { PortfolioTable } from "./file.ts";
import { type Layer, Reader, type Sink } from "./reader.ts";
import { readLimits } from "./resolve-limits.ts";
import { readOvernight } from "./resolve-overnight.ts";
import { MATCHING_WORDS, PORTFOLIO_WORDS } from "./words.ts";

/** S0.11. */
const STARTING_CASH = "100000";

type PortfolioPlace = Readonly<{
  id: string;
  scale: Scale;
  currency: string;
  path: readonly PropertyKey[];
  from: PortfolioConfig["from"];
  /** A broker keeps the account: what it holds is not invented. */
  isReal: boolean;
}>;

/** One portfolio out of its layers: flags, its table, the environment, `[defaults]`. */
export function readPortfolio(layers: readonly Layer<PortfolioTable>[], sink: Sink, context: PortfolioPlace): PortfolioConfig {
  const { id } = context;
  const reader = new Reader<PortfolioTable>(`portfolio.${id}`, layers, sink, context);
  const name = reader.plain("name", id, (value) => `is called ${value}`);
  const startingCash = reader.money("starting_cash", (cash) => `starts with ${cash}`) ?? defaultCash(reader, context);
  const symbols = reader.value("symbols") ?? null;
  reader.say(
    "symbols",
    symbols?.join(",") ?? "",
    symbols === null ? "trades every symbol of the data" : `trades ${symbols.join(", ")}`,
    reader.origin("symbols"),
  );
  const strategy = reader.value("strategy") ?? null;
  reader.say(
    "strategy",
    strategy ?? "",
    strategy === null ? "has no strategy: it trades nothing by itself" : `runs ${strategy}`,
    reader.origin("strategy"),
  );
  const params = reader.value("params") ?? {};
  if (Object.keys(params).length > 0 && strategy === null) reader.problem("params", "CONFIG_PARAMS_WITHOUT_STRATEGY", { portfolio: id });
  if (Object.keys(params).length > 0) {
    const words = Object.entries(params)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ");
    reader.say("params", JSON.stringify(params), `with ${words}`, reader.origin("params"));
  }
  const active = reader.plain("active", true, (value) => (value ? "is active" : "is not active: it does not trade"));
  const { account, description, labels } = {
    account: reader.value("account"),
    description: reader.value("description"),
    labels: reader.value("labels"),
  };
  if (account !== undefined) reader.say("account", account, `belongs to account ${account}`, reader.origin("account"));
  if (description !== undefined) reader.say("description", description, description, reader.origin("description"));
  if (labels !== undefined)
    reader.say("labels", JSON.stringify(labels), `is labelled ${Object.values(labels).join(", ")}`, reader.origin("labels"));
  return {
    id,
    startingCash,
    symbols,
    strategy,
    params,
    active,
    overnightExcept: reader.value("overnight_except") ?? [],
    path: context.path,
    from: context.from,
    settings: {
      name,
      description: description ?? "",
      timeZone: reader.plain("time_zone", "UTC", (value) => `its days are those of ${value}`),
      lotMatching: reader.plain("lot_matching", "fifo", (value) => MATCHING_WORDS[value] ?? value),
      fx: reader.plain("fx", "refuse", (value) =>
        value === "auto" ? "converts currencies when an order needs it, at a cost" : "refuses orders in a currency it does not hold",
      ),
      universe: null,
      strategy: null,
      enabledStrategies: readEnabled(reader),
      minConfidence: reader.ratio("min_confidence", PORTFOLIO_WORDS.min_confidence),
      limits: readLimits(reader, context),
      protection: readProtection(reader),
      overnight: readOvernight(reader),
      tradeAmount: reader.money("trade_amount", PORTFOLIO_WORDS.trade_amount),
      labels: { botVersion: labels?.bot_version ?? "", runId: labels?.run_id ?? "" },
    },
  };
}

function defaultCash(reader: Reader<PortfolioTable>, { scale, isReal }: PortfolioPlace): PortfolioConfig["startingCash"] {
  const otherwise = isReal ? "0" : STARTING_CASH;
  const parsed = parseMoney(otherwise, scale);
  const cash = parsed.ok ? parsed.value : moneyOfUnits(0);
  if (reader.value("starting_cash") === undefined)
    reader.say("starting_cash", otherwise, `starts with ${reader.cashWords(cash)}`, { kind: "default" });
  return cash;
}

function readEnabled(reader: Reader<PortfolioTable>): readonly string[] | null {
  const enabled = reader.value("enabled_strategies");
  if (enabled === undefined) return null;
  reader.say(
    "enabled_strategies",
    enabled.join(","),
    `only these strategies may place orders: ${enabled.join(", ")}`,
    reader.origin("enabled_strategies"),
  );
  return enabled;
}

/** S0.12: `use_trailing_stop` switches the trailing stop on and off; a percentage alone switches it on. */
function readProtection(reader: Reader<PortfolioTable>): ProtectionPolicy {
  const use = reader.value("use_trailing_stop");
  const trailing = reader.value("trailing_stop_pct");
  if (use === true && trailing === undefined) reader.problem("use_trailing_stop", "CONFIG_TRAILING_PCT_MISSING", {});
  if (use === false) reader.say("use_trailing_stop", "false", "its stops do not trail", reader.origin("use_trailing_stop"));
  return {
    stopLossPct: reader.ratio("stop_loss_pct", PORTFOLIO_WORDS.stop_loss_pct),
    takeProfitPct: reader.ratio("take_profit_pct", PORTFOLIO_WORDS.take_profit_pct),
    trailingStopPct: use === false ? null : reader.ratio("trailing_stop_pct", PORTFOLIO_WORDS.trailing_stop_pct),
  };
}
