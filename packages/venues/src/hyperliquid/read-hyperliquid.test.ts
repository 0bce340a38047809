import { expect, test } from "vitest";
import type { EntryOf, Statement } from "../statement/statement.ts";
import { readHyperliquid } from "./read-hyperliquid.ts";

const OPTIONS = { file: "fills.json", cashScale: () => 6, account: null, zone: "UTC", leaveOut: new Set<number>() };
const FILL = {
  coin: "ETH",
  px: "1900",
  sz: "2",
  side: "B",
  time: 1_000,
  startPosition: "0.0",
  dir: "Open Long",
  closedPnl: "0.0",
  hash: "0xa",
  oid: 1,
  fee: "0.5",
  crossed: true,
};
const read = (...fills: readonly Readonly<Record<string, unknown>>[]) =>
  readHyperliquid(JSON.stringify(fills.map((fill) => ({ ...FILL, ...fill }))), OPTIONS);
function statement(result: ReturnType<typeof readHyperliquid>): Statement {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.statement;
}
const executions = (result: ReturnType<typeof readHyperliquid>): readonly EntryOf<"execution">[] =>
  statement(result).entries.flatMap((entry) => (entry.kind === "execution" ? [entry] : []));
const chain = (result: ReturnType<typeof readHyperliquid>): readonly string[] =>
  executions(result).map(({ side, quantity, before }) => `${before?.quantity ?? "-"} ${side} ${quantity}`);

test("[HLF-1] a fill is an execution of a perpetual and its fee", () => {
  const [execution, fee] = statement(read({})).entries;
  expect(execution).toMatchObject({
    kind: "execution",
    contract: "ETH",
    side: "buy",
    quantity: "2",
    price: "1900",
    statedRealized: "0.0",
    at: 1_000,
  });
  expect(fee).toMatchObject({ kind: "fee", currency: "USDC", amount: "0.5" });
  const [contract] = statement(read({})).contracts.values();
  expect([contract?.instrument.id, contract?.instrument.settlement]).toEqual(["ETHUSDC-PERP@HYPERLIQUID", "margined"]);
  expect(statement(read({ fee: "-0.1", feeToken: "USDT" })).entries[1]).toMatchObject({ currency: "USDT", amount: "-0.1" });
});

test("[HLF-1] recorded replies are read with what they were asked for and what was held", () => {
  const replies = [
    { request: { type: "userFills", user: "0xabc" }, response: [FILL] },
    {
      request: { type: "clearinghouseState", user: "0xabc" },
      response: { assetPositions: [{ position: { coin: "ETH", szi: "2.0", entryPx: "1900" } }] },
    },
  ];
  const found = statement(readHyperliquid(JSON.stringify(replies), OPTIONS));
  expect([found.account, found.positions]).toEqual(["0xabc", [{ line: 1, contract: "ETH", quantity: "2.0", mark: null }]]);
  expect(statement(read({})).positions).toBeNull();
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["no JSON",              "{",                                                          "STATEMENT_MALFORMED"],
  ["another thing",        "{}",                                                         "STATEMENT_MALFORMED"],
  ["a price of words",     JSON.stringify([{ ...FILL, px: "dear" }]),                    "STATEMENT_VALUE_INVALID"],
  ["a float in place of text", JSON.stringify([{ ...FILL, px: 1900.1 }]),                "STATEMENT_VALUE_INVALID"],
  ["a conversion of dust", JSON.stringify([{ ...FILL, dir: "Spot Dust Conversion" }]),   "STATEMENT_VALUE_UNKNOWN"],
  ["a settlement",         JSON.stringify([{ ...FILL, dir: "Settlement" }]),             "STATEMENT_VALUE_UNKNOWN"],
] as const)("[HLF-1] %s is refused (Z14)", (_what, text, code) => {
  const result = readHyperliquid(text, OPTIONS);
  expect(result.ok ? [] : result.problems.map((problem) => problem.code)).toEqual([code]);
});

test("[HLF-2] replies are newest first; the position before each fill says the order within a millisecond (S3.39, S3.44)", () => {
  const fills = [
    { time: 2_000, side: "A", sz: "1", startPosition: "3", oid: 5 },
    { time: 1_000, side: "B", sz: "2", startPosition: "1", oid: 4 },
    { time: 1_000, side: "B", sz: "5", startPosition: "-4", oid: 3 },
    { time: 1_000, side: "A", sz: "4", startPosition: "0.0", oid: 2 },
  ];
  const inOrder = ["0.0 sell 4", "-4 buy 5", "1 buy 2", "3 sell 1"];
  expect(chain(read(...fills))).toEqual(inOrder);
  expect(chain(read(...fills.toReversed()))).toEqual(inOrder);
});

test("[HLF-3] a trade with oneself leaves what is held, its closing side first", () => {
  const own = { time: 1_500, hash: "0xb", px: "1901", sz: "3", startPosition: "-4" };
  const result = read(
    { time: 1_000, side: "A", sz: "4" },
    { ...own, side: "A", oid: 6 },
    { ...own, side: "B", oid: 7 },
    { time: 1_600, side: "B", sz: "1", startPosition: "-4", oid: 8 },
  );
  expect(chain(result)).toEqual(["0.0 sell 4", "-4 buy 3", "- sell 3", "-4 buy 1"]);
});

test("[HLF-4] a fill keeps its name in every reply, and both sides of a trade have their own", () => {
  const ids = (...fills: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
    executions(read(...fills)).map(({ executionId }) => executionId);
  expect(ids({ tid: 77 })).toEqual(["hyperliquid:77:1"]);
  expect(ids({ tid: 77, side: "A" }, { tid: 77, oid: 2 })).toEqual(["hyperliquid:77:1", "hyperliquid:77:2"]);
  expect(ids({}, { oid: 2, startPosition: "2" })[0]).toBe(ids({})[0]);
  expect(new Set(ids({}, { startPosition: "2", time: 1_001 })).size).toBe(2);
});

test("[HLF-5] what was held before is worked back from the first fill that closes", () => {
  // 3 held at 100, 1 more at 104 is 4 at 101; closing 2 at 103 made 4.
  const result = read(
    { side: "B", sz: "1", px: "104", startPosition: "3", oid: 1 },
    { side: "A", sz: "2", px: "103", startPosition: "4", oid: 2, time: 1_001, dir: "Close Long", closedPnl: "4" },
  );
  expect(executions(result).map(({ before }) => before)).toEqual([
    { quantity: "3", averageCost: "100.00000000" },
    { quantity: "4", averageCost: null },
  ]);
  expect(executions(read({ startPosition: "3" }))[0]?.before).toEqual({ quantity: "3", averageCost: null });
});
