import { enter, exit, openWorkerSeats, readSource, SharedMarket, type Strategy, size, stop, strategy } from "@bulkhead/strategies";
import { expect, test } from "vitest";
import { minuteOf, type Player, type Row, Stage, seriesOf } from "../host/stage.ts";
import { inThread, PATIENT, STRATEGIES } from "./threads.ts";

/** For those that never answer: long enough for an answer even so, short enough to wait for. */
const DEADLINE_MS = 1_500;
const HANGING = ["loops-forever.ts", "eats-memory.ts"];
/** Up, and at the end down to where stops are. */
const PRICES = [1000, 1010, 1020, 1010, 1030, 1040, 1030, 1050, 1060, 900, 890, 900];
const rows = PRICES.map((price): Row => [price, price + 5, price - 5, price]);

const flipper = strategy({
  name: "flipper",
  onBar: ({ bar, position, waiting }) => {
    if (waiting) return undefined;
    if (position === undefined) return enter.long({ size: size.units(20), stop: stop.percent("5%"), why: "flat" });
    return bar.close < bar.open ? exit({ why: "down" }) : undefined;
  },
}) as Strategy;
const guarded = { protection: { stopLossPct: 50_000_000 as never, takeProfitPct: null, trailingStopPct: null } };

/** Two sound portfolios around one whose strategy is not; with what it does, and what its neighbors do. */
async function beside(file: string | undefined, params = {}) {
  const series = [seriesOf("A", rows)];
  const market = new SharedMarket();
  const sound = await inThread({ file: "counts.ts", series, market });
  const bad =
    file === undefined
      ? undefined
      : await inThread({ file, params, series, market, settings: HANGING.includes(file) ? { deadlineMs: DEADLINE_MS } : {} });
  const players: Player[] = [
    { id: "a", strategy: flipper },
    ...(bad === undefined ? [] : [{ id: "bad", strategy: flipper, remote: bad, settings: guarded }]),
    { id: "c", strategy: flipper },
    { id: "d", strategy: flipper, remote: sound },
  ];
  const stage = new Stage(series, players).run();
  const ofBad = stage.tape.filter((line) => line.includes(" bad ") && !line.startsWith("day"));
  const neighbors = stage.tape.filter((line) => / [acd] /.test(line) && line.startsWith("place"));
  return { stage, ofBad, neighbors, bars: JSON.parse(sound.memory.seats["A@XNYS"]?.json ?? "{}"), bad };
}

const alone = await beside(undefined);

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["[HOSTS-3] an infinite loop",            "loops-forever.ts", { at: 1 },              ["STRATEGY_TOO_SLOW"]],
  ["[HOSTS-4] a heap explosion",            "eats-memory.ts",   {},                     ["STRATEGY_TOO_SLOW"]],
  ["[HOSTS-4] process.exit",                "leaves.ts",        { how: "exit" },        ["STRATEGY_EXITED"]],
  ["[STR-9] a promise that never resolves", "promises.ts",      {},                     ["STRATEGY_ANSWER_INVALID", "STRATEGY_ANSWER_INVALID", "STRATEGY_ANSWER_INVALID pause"]],
  ["[STR-10] an unknown symbol",            "knows-nobody.ts",  {},                     ["INTENT_SYMBOL_UNKNOWN", "INTENT_SYMBOL_UNKNOWN", "INTENT_SYMBOL_UNKNOWN pause"]],
  ["[HOSTS-5] a circle in the state",       "forgets.ts",       { how: "circle" },      ["STRATEGY_STATE_INVALID", "STRATEGY_STATE_INVALID", "STRATEGY_STATE_INVALID pause"]],
  ["[HOSTS-5] too much state",              "forgets.ts",       { how: "huge" },        ["STRATEGY_STATE_INVALID", "STRATEGY_STATE_INVALID", "STRATEGY_STATE_INVALID pause"]],
  ["[HOSTS-5] state that is no JSON",       "forgets.ts",       { how: "bigint" },      ["STRATEGY_STATE_INVALID", "STRATEGY_STATE_INVALID", "STRATEGY_STATE_INVALID pause"]],
  ["[HOSTS-5] text",                        "talks-garbage.ts", { what: "text" },       ["STRATEGY_ANSWER_INVALID"]],
  ["[HOSTS-5] null",                        "talks-garbage.ts", { what: "null" },       ["STRATEGY_ANSWER_INVALID"]],
  ["[HOSTS-5] another number",              "talks-garbage.ts", { what: "number" },     ["STRATEGY_ANSWER_INVALID"]],
  ["[HOSTS-5] beyond the questions",        "talks-garbage.ts", { what: "place beyond" }, ["STRATEGY_ANSWER_INVALID"]],
  ["[HOSTS-5] a question done before",      "talks-garbage.ts", { what: "place behind" }, ["STRATEGY_ANSWER_INVALID"]],
  ["[HOSTS-5] state of another seat",       "talks-garbage.ts", { what: "states" },     ["STRATEGY_ANSWER_INVALID"]],
  ["[HOSTS-5] state too long",              "talks-garbage.ts", { what: "states huge" }, ["STRATEGY_ANSWER_INVALID"]],
] as const)("%s harms its own portfolio only", async (_what, file, params, faults) => {
  const { ofBad, neighbors, bars, stage } = await beside(file, params);
  expect(ofBad.map((line) => line.slice("fault bad ".length, line.lastIndexOf(" at ")))).toEqual(faults);
  expect(neighbors).toEqual(alone.neighbors);
  expect(bars).toEqual(alone.bars);
  expect(stage.refused).toEqual([]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["fault unknown", "INTENT_TYPE_UNKNOWN"],
  ["symbol",        "INTENT_SYMBOL_UNKNOWN"],
  ["not a number",  "INTENT_NOT_A_NUMBER"],
] as const)("[HOSTS-5] an answer of the right form is checked inside: %s is %s", async (what, code) => {
  const { ofBad } = await beside("talks-garbage.ts", { what });
  expect(ofBad[0]).toBe(`fault bad ${code} at 1`);
});

test("[HOSTS-3, HOST-16] stops of a portfolio whose strategy hangs stay armed, and trade", async () => {
  const { stage, ofBad } = await beside("loops-forever.ts", { at: 4 });
  expect(ofBad).toEqual(["place bad buy 10 at 1", "fault bad STRATEGY_TOO_SLOW at 4", "stop bad @ 900 at 10"]);
  expect(stage.units("bad", "A")).toBe(0);
  const { expected, armed } = stage.host.exits;
  expect(armed).toBe(expected);
  const faulted = stage.records.find(({ command }) => command.type === "ReportStrategyFault");
  expect(minuteOf(faulted?.command.at ?? 0)).toBe(4);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["throws-at-import.ts", "STRATEGY_LOAD_THREW",   "not today"],
  ["exits-at-import.ts",  "STRATEGY_EXITED",       "exit=7"],
  ["loops-at-import.ts",  "STRATEGY_TOO_SLOW",     "loading="],
  ["eats-at-import.ts",   "STRATEGY_OUT_OF_MEMORY", "memory"],
  ["exports-nothing.ts",  "STRATEGY_NO_DEFAULT_EXPORT", "export default"],
] as const)("[HOSTS-7] %s does not load: %s", async (file, code, said) => {
  const source = await readSource(file, STRATEGIES);
  if (!source.ok) throw new Error("no file");
  const settings = { ...PATIENT, loadDeadlineMs: file.startsWith("loops") ? 500 : 60_000, heapMb: 32 };
  const market = new SharedMarket();
  const opened = await openWorkerSeats({ name: file, source: source.value, params: {}, symbols: [], series: [], market, settings, onFault: () => undefined });
  expect(opened).toMatchObject({ ok: false, problems: [{ code, message: expect.stringContaining(said) }] });
});

test("[HOSTS-7] params that do not fit are said as they are here", async () => {
  const source = await readSource("counts.ts", STRATEGIES);
  if (!source.ok) throw new Error("no file");
  const market = new SharedMarket();
  const setup = { name: "x", source: source.value, symbols: [], series: [], market, settings: PATIENT, onFault: () => undefined };
  expect(await openWorkerSeats({ ...setup, params: { fast: 1, fail_at: "no" } })).toMatchObject({
    ok: false,
    problems: [{ code: "PARAM_UNKNOWN" }, { code: "PARAM_NOT_A_NUMBER" }],
  });
});
