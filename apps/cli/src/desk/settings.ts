import type { BodyOf } from "@bulkhead/contract";
import { CommandFailure, type Options } from "../shell.ts";

/** Settings of a portfolio as the wire has them. */
type Settings = BodyOf<"patchPortfolio">;

const COUNTS: ReadonlySet<string> = new Set(["max_open_positions", "max_orders_per_minute"]);
const LISTS: ReadonlySet<string> = new Set(["symbols", "enabled_strategies"]);
const JSONS: ReadonlySet<string> = new Set(["loss_limits"]);

/**
 * Settings from `--set name=value`, as often as wanted: "5%" is 0.05, `none` takes a limit away, lists are separated by commas. Names and
 * values are the desk's to judge.
 */
export function settingsOf(options: Options): Settings {
  const pairs = (options["set"] as readonly string[] | undefined) ?? [];
  return Object.fromEntries(pairs.map(settingOf)) as Settings;
}

function settingOf(pair: string): readonly [string, unknown] {
  const at = pair.indexOf("=");
  if (at < 1) throw new CommandFailure("CLI_USAGE", { message: `--set takes name=value, not ${pair}` }, { exitCode: 2 });
  const name = pair.slice(0, at).trim().replaceAll("-", "_");
  return [name, valueOf(name, pair.slice(at + 1).trim())];
}

function valueOf(name: string, text: string): unknown {
  if (text === "none") return null;
  if (COUNTS.has(name)) return Number(text);
  if (LISTS.has(name)) return text.split(",").map((part) => part.trim());
  if (JSONS.has(name)) return jsonOf(name, text);
  const percent = /^(\d{1,12})(?:\.(\d{1,7}))?\s*%$/.exec(text);
  return percent === null ? text : fractionOf(percent[1] ?? "", percent[2] ?? "");
}

/** Percent as a fraction, exactly: two places to the left. */
function fractionOf(whole: string, part: string): string {
  const digits = whole.padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${part}`.replace(/^0+(?=\d)/, "");
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailure("CLI_USAGE", { message: `${name} is written as JSON: [{"window":"day","pct":"0.05"}]` }, { exitCode: 2 });
  }
}
