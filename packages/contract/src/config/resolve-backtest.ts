import type { BacktestConfig } from "./config.ts";
import type { BacktestTable, DataTable } from "./file.ts";
import type { Given } from "./flag-source.ts";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { durationWords } from "./words.ts";

/** What is run, and on which prices. */
export function readBacktest(parsed: Parsed<BacktestTable> | undefined, given: Given, sink: Sink): BacktestConfig {
  const layers = [given.backtest, ...(parsed === undefined ? [] : [tableLayer<BacktestTable>(parsed)])];
  const reader = new Reader<BacktestTable>("backtest", layers, sink, { scale: 0, currency: "" });
  const from = reader.value("from") ?? null;
  const to = reader.value("to") ?? null;
  if (from !== null && to !== null && endOf(to) < startOf(from)) reader.problem("to", "CONFIG_PERIOD_EMPTY", { from, to });
  reader.say("from", from ?? "", from === null ? "begins with the first bar" : `begins ${from}`, reader.origin("from"));
  reader.say(
    "to",
    to ?? "",
    to === null ? "ends with the last bar" : `ends ${to}${to.length === 10 ? ", that day included" : ""}`,
    reader.origin("to"),
  );
  const resolution = reader.value("resolution") ?? null;
  reader.say(
    "resolution",
    resolution ?? "",
    resolution === null ? "the finest bars that the prices have" : `bars of ${resolution}`,
    reader.origin("resolution"),
  );
  const markEveryMs = reader.value("mark_every") ?? null;
  if (markEveryMs !== null)
    reader.say("mark_every", String(markEveryMs), `equity is marked every ${durationWords(markEveryMs)}`, reader.origin("mark_every"));
  const data = reader.value("data") ?? [];
  if (data.length > 1 && data.some((source) => source.format === "synthetic")) reader.problem("data", "CONFIG_DATA_MIXED", {});
  for (const source of data) reader.say("data", JSON.stringify(source), dataWords(source), reader.origin("data"));
  return {
    from,
    to,
    resolution,
    markEveryMs,
    data,
    seed: reader.plain("seed", 42, (value) => `chance starts from seed ${value}`),
    checks: reader.plain("checks", true, (value) =>
      value ? "invariants are checked while running" : "invariants are NOT checked while running",
    ),
  };
}

const startOf = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
/** Two dates compare as days; with an instant on one side, zones may differ by up to fourteen hours. */
const endOf = (text: string): number => (text.length === 10 ? Date.parse(`${text}T23:59:59Z`) : Date.parse(text));

function dataWords(source: DataTable): string {
  if (source.format === "synthetic") return "prices made up by a seeded generator";
  return `prices from ${source.path} (${source.format}, ${source.session ?? "regular"} hours, dirty rows are ${source.dirty === "skip" ? "left out and counted" : "refused"})`;
}
