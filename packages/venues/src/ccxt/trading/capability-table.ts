import type { MarketKind } from "./messages.ts";
import { capabilitiesOf, type ExchangeProfile } from "./profile.ts";

const DAY_MS = 86_400_000;

/** What exchanges can do, for people: the table of docs/venues/ccxt.md. */
export function capabilityTable(profiles: readonly ExchangeProfile[]): string {
  const rows = profiles.map((profile) => COLUMNS.map(([, cell]) => cell(profile)));
  const lines = [COLUMNS.map(([title]) => title), COLUMNS.map(() => "---"), ...rows];
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

const KIND_WORDS: Readonly<Record<MarketKind, string>> = { spot: "spot", linear: "linear perpetuals" };

const COLUMNS: readonly (readonly [string, (profile: ExchangeProfile) => string])[] = [
  ["Exchange", ({ name, id }) => `${name} (\`${id}\`)`],
  ["Markets", ({ kinds }) => kinds.map((kind) => KIND_WORDS[kind]).join(", ")],
  ["Our id travels as", ({ clientId }) => `\`${clientId.param}\`, ≤ ${clientId.max}`],
  ["Refuses a second order under it", ({ dedupesForMs }) => (dedupesForMs === 0 ? "not for sure" : "for ever")],
  ["Found by it", ({ findsOurs }) => FINDS[findsOurs]],
  ["Canceled by it", ({ cancelsByClientId }) => (cancelsByClientId ? "yes" : "no")],
  ["Stops rest there", ({ kinds, stops }) => kinds.map((kind) => `${kind}: ${stops[kind].join(", ") || "none"}`).join("; ")],
  ["Time in force", (profile) => capabilitiesOf(profile, profile.kinds).timesInForce.join(", ")],
  ["Changed in place", ({ replaces }) => (replaces === "in-place" ? "yes" : "no")],
  [
    "Own trades",
    ({ trades }) =>
      `${spanOf(trades.historyMs)} back, ${spanOf(trades.windowMs)} and ${trades.page} a question${trades.needsSymbol ? ", by symbol" : ""}`,
  ],
  ["Ended orders are listed", ({ endedOrders }) => (endedOrders?.forAll === true ? "yes" : "no")],
  ["Messages", ({ messagesPerSecond, messagesPerMinute }) => `${messagesPerSecond} a second, ${messagesPerMinute} a minute`],
];

const FINDS = { order: "by a question for it", lists: "in lists narrowed to it", scan: "by a search through lists", no: "no" } as const;

const spanOf = (ms: number): string => (Number.isFinite(ms) && ms < 3_650 * DAY_MS ? `${Math.round(ms / DAY_MS)} days` : "all");
