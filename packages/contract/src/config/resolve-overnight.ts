import type { OvernightPolicy } from "@bulkhead/core";
import { isLess, ONE, type Ratio } from "@bulkhead/money";
import type { PortfolioTable } from "./file.ts";
import type { Reader } from "./reader.ts";
import { durationWords, hoursText, PORTFOLIO_WORDS } from "./words.ts";

/** Longer than this and the night would be most of a short session. */
const EDGE_MAX_MS = 3_600_000;

/** S2.40: how much further away exits lie while the market is closed; null where no key says so, or `overnight = false` switches it off. */
export function readOvernight(reader: Reader<PortfolioTable>): OvernightPolicy | null {
  const use = reader.value("overnight");
  if (use === false) {
    reader.say("overnight", "false", "its exits stay as they are overnight", reader.origin("overnight"));
    return null;
  }
  const policy = {
    stopPct: reader.ratio("overnight_stop_pct", PORTFOLIO_WORDS.overnight_stop_pct),
    stopFactor: factor(reader, "overnight_stop_factor"),
    takeProfitPct: reader.ratio("overnight_take_profit_pct", PORTFOLIO_WORDS.overnight_take_profit_pct),
    takeProfitFactor: factor(reader, "overnight_take_profit_factor"),
  };
  if (Object.values(policy).every((each) => each === null)) {
    if (use === true) reader.problem("overnight", "CONFIG_OVERNIGHT_PCT_MISSING", {});
    return null;
  }
  const except = reader.value("overnight_except") ?? [];
  if (except.length > 0)
    reader.say("overnight_except", except.join(","), `but not those of ${except.join(", ")}`, reader.origin("overnight_except"));
  return {
    ...policy,
    beforeCloseMs: edge(reader, "overnight_before_close", (ms) => `the night begins ${durationWords(ms)} before the close`),
    afterOpenMs: edge(reader, "overnight_after_open", (ms) => `the night ends ${durationWords(ms)} after the open`),
    hours: readHours(reader),
    except: [], // As written they are symbols: which instruments these are is known with the prices.
  };
}

function factor(reader: Reader<PortfolioTable>, key: "overnight_stop_factor" | "overnight_take_profit_factor"): Ratio | null {
  const value = reader.ratio(key, PORTFOLIO_WORDS[key]);
  if (value !== null && isLess(value, ONE))
    reader.problem(key, "CONFIG_OUT_OF_RANGE", { value: reader.value(key) ?? "", bound: "1 or more" });
  return value;
}

function edge(
  reader: Reader<PortfolioTable>,
  key: "overnight_before_close" | "overnight_after_open",
  words: (ms: number) => string,
): number {
  const ms = reader.value(key);
  if (ms === undefined) return 0;
  reader.say(key, String(ms), words(ms), reader.origin(key));
  if (ms > EDGE_MAX_MS) reader.problem(key, "CONFIG_OUT_OF_RANGE", { value: `${ms} ms`, bound: "at most 1h" });
  return ms;
}

function readHours(reader: Reader<PortfolioTable>): OvernightPolicy["hours"] {
  const hours = reader.value("overnight_hours");
  if (hours === undefined) return null;
  const text = hoursText(hours);
  reader.say("overnight_hours", text, `the night of what never closes is ${text} in its zone`, reader.origin("overnight_hours"));
  return hours;
}
