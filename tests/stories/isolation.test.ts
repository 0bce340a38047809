import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BacktestReport } from "@bulkhead/analytics";
import { describe, expect, test } from "vitest";
import { bulkhead } from "../cli/command.ts";
import { type JournalLine, json, temporary } from "./command.ts";
import { writeSmallMarket } from "./small-market.ts";

type Desk = Readonly<{ report: BacktestReport; lines: readonly JournalLine[] }>;
type Files = Readonly<Record<string, string>>;

const HEAD = `
[account]
starting_cash = "250000"
fee = { model = "percent", rate = "0.1%" }
`;
/** Three days of ACME's minutes over its split. */
const MINUTES = `
[backtest]
resolution = "1m"
[[backtest.data]]
format = "lean"
path = "lean"
`;
const portfolio = (id: string, rest: string, cash = "50000"): string =>
  `\n[[portfolio]]\nid = "${id}"\nstarting_cash = "${cash}"\n${rest}\n`;
const NEIGHBORS =
  portfolio("neighbor", `strategy = "sma-cross"\nparams = { fast = 5, slow = 15, side = "both" }\ntrailing_stop_pct = "0.8%"`) +
  portfolio("zeal", `strategy = "mean-reversion"\nparams = { length = 12 }`);

/** A strategy file around the body of its `onBar`; `state.bars` counts from 1. */
const strategyFile = (body: string): string => `import { enter, exit, size, stop, strategy } from "bulkhead";
export default strategy({
  name: "odd",
  params: {},
  state: { version: 1, initial: { bars: 0 } },
  onBar({ state, position, bar }) {
    state.bars += 1;
    ${body}
  },
});
`;

/** A run of its own, proved; its books are read in this process. */
async function desk(config: string, files: Files = {}): Promise<Desk> {
  const folder = temporary();
  writeSmallMarket(folder);
  for (const [name, text] of Object.entries({ ...files, "bulkhead.toml": config })) writeFileSync(join(folder, name), text);
  const books = join(folder, "books");
  const report = json<BacktestReport>(["backtest", join(folder, "bulkhead.toml"), "--data", books]);
  await said("verify", books, "--json");
  const journal = await said("journal", books);
  return { report, lines: journal.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as JournalLine])) };
}

/** What a command prints; throws with what it complained of where it failed. */
async function said(...args: string[]): Promise<string> {
  const { code, out, err } = await bulkhead(args);
  if (code !== 0) throw new Error(`bulkhead ${args.join(" ")}: ${err}`);
  return out;
}

/** Numbers that the whole account counts by. */
const COUNTED = new Set(["seq", "order", "orders", "venueOrder", "execution", "executionId", "lot", "id"]);

/** What a portfolio's part of the account says: its commands and events, and its share of those about all; without the account's numbering. */
function partOf(lines: readonly JournalLine[], id: string): readonly string[] {
  return lines.flatMap(({ at, command, events }) => {
    const own = [command, ...events].flatMap((part) => ownShare(part, id));
    return own.length === 0 ? [] : [`${at} ${own.join(" ")}`];
  });
}

function ownShare(part: Readonly<Record<string, unknown>>, id: string): readonly string[] {
  if (part["portfolio"] === id) return [text(part)];
  if (typeof part["portfolio"] === "string") return [];
  const shares = ["allocations", "postings", "lots", "flows", "equities", "days"].flatMap((key) => {
    const rows = (part[key] ?? []) as readonly unknown[];
    const own = rows.filter((row) => says(row, id));
    return own.length === 0 ? [] : [`${key}=${text(own)}`];
  });
  return shares.length === 0 ? [] : [`${String(part["type"])} ${String(part["price"] ?? "")} ${shares.join(" ")}`];
}

const says = (row: unknown, id: string): boolean => (row as { portfolio?: unknown }).portfolio === id;
const text = (value: unknown): string => JSON.stringify(value, (key, inner: unknown) => (COUNTED.has(key) ? undefined : inner));

const ODD: readonly (readonly [string, string])[] = [
  ["throws at every bar", `throw new Error("nobody expected this");`],
  [
    "throws once it holds a position",
    `if (position !== undefined) throw new Error("cannot count"); return enter.long({ size: size.percent("40%"), stop: stop.percent("0.4%"), why: "w" });`,
  ],
  ["answers NaN", `return enter.long({ size: size.units(Number.NaN), why: "w" });`],
  ["answers nonsense", `return [42, { type: "buy everything" }] as never;`],
  ["orders and orders at every bar", `return Array.from({ length: 40 }, (_, i) => enter.long({ size: size.units(1 + i), why: "again" }));`],
  [
    "turns around at every bar",
    `const wish = { size: size.percent("90%"), why: "w" } as const; return [exit({ why: "w" }), state.bars % 2 === 0 ? enter.long(wish) : enter.short(wish)];`,
  ],
  ["loses all it can", `return state.bars % 2 === 0 ? exit({ why: "w" }) : enter.long({ size: size.percent("98%"), why: "w" });`],
];

const alone = await desk(HEAD + MINUTES + NEIGHBORS);

describe("I16: whatever one portfolio does, the others' part of the account is what it is without it", () => {
  const parts = ["neighbor", "zeal"].map((id) => partOf(alone.lines, id));

  test("the neighbors trade, long and short, with stops that fire", () => {
    expect(parts.every((lines) => lines.length > 100)).toBe(true);
    expect(parts[0]?.join("\n")).toContain("ProtectionTriggered");
    expect(alone.report.portfolios.map(({ trades }) => trades > 5)).toEqual([true, true]);
  });

  // Before, between and after the neighbors: strategies are asked in order of their portfolios' ids.
  const names = ["aberrant", "odd", "zz"] as const;
  const isFull = process.env["BULKHEAD_FULL"] === "1";
  const cases = ODD.flatMap(([what, body], index) =>
    names.filter((_, place) => isFull || place === index % 3).map((id) => [what, id, body] as const),
  );
  test.each(cases)("one that %s, called %s", async (_what, id, body) => {
    const together = await desk(HEAD + MINUTES + NEIGHBORS + portfolio(id, `strategy = "./odd.ts"`), { "odd.ts": strategyFile(body) });
    expect(partOf(together.lines, "neighbor")).toEqual(parts[0]);
    expect(partOf(together.lines, "zeal")).toEqual(parts[1]);
    for (const row of ["neighbor", "zeal"]) {
      const own = ({ report }: Desk): unknown => report.portfolios.find((each) => each.id === row);
      expect(own(together)).toEqual(own(alone));
    }
  });
});

test("[HOST-16] the third fault in ten minutes pauses the portfolio; its position stays, and its stop still closes it", async () => {
  const body = `if (position !== undefined) throw new Error("cannot count");
    return state.bars === 1 ? enter.long({ size: size.percent("40%"), stop: stop.percent("1.3%"), why: "w" }) : undefined;`;
  const { report, lines } = await desk(HEAD + MINUTES + portfolio("odd", `strategy = "./odd.ts"`), { "odd.ts": strategyFile(body) });
  const faults = lines.filter(({ command }) => command["type"] === "ReportStrategyFault");
  expect(faults.map(({ command }) => command["pause"])).toEqual([false, false, true]);
  expect(faults[0]?.command).toMatchObject({ code: "STRATEGY_THREW", message: expect.stringContaining("cannot count") });
  const paused = faults.at(-1)?.seq ?? 0;
  expect(faults.at(-1)?.events).toContainEqual(expect.objectContaining({ type: "TradingStateChanged", tradingState: "reducing" }));
  const after = lines.filter(({ seq }) => seq > paused).flatMap(({ events }) => events.map(({ type }) => type));
  expect(after).toEqual(expect.arrayContaining(["ProtectionTriggered", "ExecutionBooked", "ProtectionEnded"]));
  expect(report.portfolios[0]).toMatchObject({ tradingState: "reducing", positions: [], trades: 1 });
  expect(report.portfolios[0]?.faults.length).toBe(3);
});

const DAYS = "date,open,high,low,close,volume\n";
const AAPL = `${DAYS}2024-01-02,179,181,178,179,1000000\n2024-01-03,180,184,179,183,1000000\n2024-01-04,185,190,184,188,1000000\n2024-01-05,188,189,180,182,1000000\n2024-01-08,182,183,181,182,1000000\n`;
const CSV = `
[backtest]
resolution = "1d"
[[backtest.data]]
format = "csv"
path = "AAPL.csv"
venue = "XNYS"
zone = "America/New_York"
columns = { time = "date", open = "open", high = "high", low = "low", close = "close", volume = "volume" }
`;

test("S0.35, S1.93, S3.10: A holds 100 AAPL at 180 and B 50 at 185; A sells all of its own and B keeps all of its own", async () => {
  const head = `[account]\nstarting_cash = "200000"\n${CSV}`;
  const both = portfolio("a", `strategy = "./a.ts"`) + portfolio("b", `strategy = "./b.ts"`);
  const files = (last: string): Files => ({
    "AAPL.csv": AAPL,
    "a.ts": strategyFile(`return state.bars === 1 ? enter.long({ size: size.units(100), why: "w" }) : ${last};`),
    "b.ts": strategyFile(`return state.bars === 2 ? enter.long({ size: size.units(50), why: "w" }) : undefined;`),
  });
  const held = ({ report }: Desk): unknown =>
    report.portfolios.map(({ id, positions, cash }) => [
      id,
      cash,
      positions.map(({ quantity, averageEntryPrice }) => `${quantity} @ ${averageEntryPrice}`),
    ]);
  expect(held(await desk(head + both, files("undefined")))).toEqual([
    ["a", "32000.00", ["100 @ 180.00"]],
    ["b", "40750.00", ["50 @ 185.00"]],
  ]);
  expect(held(await desk(head + both, files(`state.bars === 3 ? exit({ why: "w" }) : undefined`)))).toEqual([
    ["a", "50800.00", []],
    ["b", "40750.00", ["50 @ 185.00"]],
  ]);
});

test("S0.35: one holds what another is short of; the account has the difference", async () => {
  const files = {
    "AAPL.csv": AAPL,
    "up.ts": strategyFile(`return state.bars === 1 ? enter.long({ size: size.units(70), why: "w" }) : undefined;`),
    "down.ts": strategyFile(`return state.bars === 1 ? enter.short({ size: size.units(100), why: "w" }) : undefined;`),
  };
  const { report } = await desk(
    `[account]\nstarting_cash = "200000"\n${CSV}${portfolio("down", `strategy = "./down.ts"`)}${portfolio("up", `strategy = "./up.ts"`)}`,
    files,
  );
  const [down, up] = report.portfolios;
  expect([down?.positions[0]?.quantity, up?.positions[0]?.quantity]).toEqual(["-100", "70"]);
  // From 180 to 182: the short loses 200, the long gains 140.
  expect([down?.unrealizedPnl, up?.unrealizedPnl, report.account.unrealizedPnl]).toEqual(["-200.00", "140.00", "-60.00"]);
  expect(report.account.equity).toBe("199940.00");
});

test("S1.97: beside one of 100,000 a portfolio of 1,000 never uses more than its own money", async () => {
  const files = {
    "AAPL.csv": AAPL,
    "greedy.ts": strategyFile(`return enter.long({ size: size.cash("50000"), why: "more than it has" });`),
  };
  const config = `[account]\nstarting_cash = "101000"\nfee = { model = "ibkr-fixed" }\n${CSV}${portfolio("big", `strategy = "buy-and-hold"`, "100000")}${portfolio("small", `strategy = "./greedy.ts"`, "1000")}`;
  const { report, lines } = await desk(config, files);
  const small = report.portfolios.find(({ id }) => id === "small");
  expect(Number(small?.equity)).toBeLessThan(1_100);
  expect(Number(small?.cash)).toBeGreaterThanOrEqual(0);
  expect(small?.positions.map(({ quantity }) => quantity)).toEqual(["5"]);
  expect(small?.receipts.reduced).toBe(1);
  expect(small?.receipts.denied).toBeGreaterThan(0);
  const spent = lines.flatMap(({ events }) =>
    events.flatMap((event) => (event["allocations"] ?? []) as readonly Readonly<{ portfolio: string; value: string }>[]),
  );
  expect(spent.filter((share) => share.portfolio === "small").reduce((sum, { value }) => sum + Number(value), 0)).toBeLessThanOrEqual(
    1_000,
  );
});

test("S0.36: the same order twice is denied in one portfolio, and none of another's business", async () => {
  const twice = strategyFile(
    `return state.bars === 1 ? [enter.long({ size: size.units(10), why: "w" }), enter.long({ size: size.units(10), why: "w" })] : undefined;`,
  );
  const { report } = await desk(
    `[account]\nstarting_cash = "200000"\n${CSV}${portfolio("a", `strategy = "./twice.ts"`)}${portfolio("b", `strategy = "./twice.ts"`)}`,
    {
      "AAPL.csv": AAPL,
      "twice.ts": twice,
    },
  );
  expect(
    report.portfolios.map(({ positions, deniedByRule }) => [
      positions[0]?.quantity,
      deniedByRule.map(({ rule, denied }) => `${rule} ${denied}`),
    ]),
  ).toEqual([
    ["10", ["duplicate 1"]],
    ["10", ["duplicate 1"]],
  ]);
});
