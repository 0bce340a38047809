import { expect, test } from "vitest";
import { Exits } from "./cell.ts";
import { type BarPrices, type Reached, ratchet, reach } from "./exits.ts";

const bar = (open: number, high: number, low: number, close: number): BarPrices => ({ bar: 7, open, high, low, close });
const long = (exits: Partial<Exits>): Exits => Object.assign(new Exits(), { armed: true, ...exits });
const short = (exits: Partial<Exits>): Exits => long({ sign: -1, ...exits });
const calm = bar(1000, 1010, 990, 1005);
const inside = { armedBar: 7, armedAtOpen: false };
const atOpen = { armedBar: 7, armedAtOpen: true };

// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Exits, BarPrices, string]>([
  ["[EXIT-1] a stop that the bar touched trades at it",            long({ stop: 990 }),                         calm,                     "stop 990"],
  ["[EXIT-1] a stop out of reach does not",                        long({ stop: 989 }),                         calm,                     "none"],
  ["[EXIT-1] a short's stop lies above",                           short({ stop: 1010 }),                       calm,                     "stop 1010"],
  ["[EXIT-1] the leg that is in force is named",                   long({ stop: 995, stopLeg: "trailing_stop" }), calm,                   "trailing_stop 995"],
  ["[EXIT-2] gapped through trades at the open",                   long({ stop: 1001 }),                        calm,                     "stop 1000"],
  ["[EXIT-2] a short's stop gapped through",                       short({ stop: 900 }),                        calm,                     "stop 1000"],
  ["[EXIT-2] a target gapped through trades at the open",          long({ takeProfit: 950 }),                   calm,                     "take_profit 1000"],
  ["[EXIT-3] a target that the bar touched trades at it",          long({ takeProfit: 1010 }),                  calm,                     "take_profit 1010"],
  ["[EXIT-3] a short's target lies below",                         short({ takeProfit: 990 }),                  calm,                     "take_profit 990"],
  ["[EXIT-3] a target out of reach does not",                      long({ takeProfit: 1011 }),                  calm,                     "none"],
  ["[EXIT-4] the stop comes before the target",                    long({ stop: 990, takeProfit: 1010 }),       calm,                     "stop 990"],
  ["[EXIT-5] armed at the open, it may stop out in the bar",       long({ stop: 990, ...atOpen }),              calm,                     "stop 990"],
  ["[EXIT-5] armed inside the bar, it may stop out in it",         long({ stop: 990, ...inside }),              calm,                     "stop 990"],
  ["[EXIT-5] armed at the open, it never takes profit in the bar", long({ takeProfit: 1005, ...atOpen }),       calm,                     "none"],
  ["[EXIT-5] armed inside the bar, it never takes profit in it",   long({ takeProfit: 1005, ...inside }),       calm,                     "none"],
  ["[EXIT-5] armed inside the bar, it did not see the open",       long({ stop: 1002, ...inside }),             calm,                     "stop 1002"],
  ["[EXIT-5] armed at the open beyond the stop trades there",      long({ stop: 1002, ...atOpen }),             calm,                     "stop 1000"],
])("%s", (_rule, exits, prices, expected) => {
  const reached: Reached = { leg: "stop", price: 0 };
  expect(reach(exits, prices, reached) ? `${reached.leg} ${reached.price}` : "none").toBe(expected);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Exits, number]>([
  ["[EXIT-6] a long follows the high",                                long({ trailing: 10, reference: 1000, stop: 990 }),             1010],
  ["[EXIT-6] a short follows the low",                                short({ trailing: 10, reference: 1000, stop: 1010 }),           990],
  ["[EXIT-6] never back",                                             long({ trailing: 10, reference: 1010, stop: 1000 }),            Number.NaN],
  ["[EXIT-6] not where the stop in force would not move",             long({ trailing: 20, reference: 1000, stop: 995 }),             Number.NaN],
  ["[EXIT-6] not by less than a tick",                                long({ trailing: 10, reference: 1009, stop: 999.5 }),           Number.NaN],
  ["[EXIT-6] armed inside the bar, only its close came after",        long({ trailing: 10, reference: 1000, stop: 990, ...inside }),  1005],
  ["[EXIT-6] armed at the open, all of it came after",                long({ trailing: 10, reference: 1000, stop: 990, ...atOpen }),  1010],
  ["[EXIT-6] a fixed stop does not follow",                           long({ stop: 990, reference: 1000 }),                           Number.NaN],
])("%s", (_rule, exits, expected) => expect(ratchet(exits, calm, 1)).toBe(expected));
