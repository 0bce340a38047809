import { expect, test } from "vitest";
import { CONFIDENCE_ENOUGH, proposeLayout } from "./propose.ts";

// biome-ignore format: one file per line.
test.each([
  ["named",         "Date,Open,High,Low,Close,Volume,Adj Close\n2000-03-01,10,12,9,11,5,3\n",       { time: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 }, "iso"],
  ["other order",   '"date","close","volume","open","high","low"\n"2018/10/15","11","5","10","12","9"\n', { time: 1, open: 4, high: 5, low: 6, close: 2, volume: 3 }, "iso"],
  ["symbols",       ",Date,Open,High,Low,Close,Volume,Stock\n0,2017-12-29,10,12,9,11,5,A\n",         { time: 2, open: 3, high: 4, low: 5, close: 6, volume: 7, symbol: 8 }, "iso"],
  ["date and time", "Date;Time;Open;High;Low;Close;Vol\n20110103;093000;10;12;9;11;5\n",             { date: 1, time: 2, open: 3, high: 4, low: 5, close: 6, volume: 7 }, "compact"],
] as const)("[MKT-17] %s: columns are found by name and are sure enough", (_what, text, columns, timeFormat) => {
  const proposal = proposeLayout(text);
  expect(proposal.layout).toMatchObject({ columns, timeFormat, header: true });
  expect(proposal.confidence).toBeGreaterThanOrEqual(CONFIDENCE_ENOUGH);
  expect(proposal.reasons.length).toBeGreaterThan(4);
});

// biome-ignore format: one file per line.
test.each([
  ["no header",  "20110103 090100;10;12;9;11;5\n20110103 090200;10;12;9;11;5\n", { time: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 }],
  ["trades",     "1672531436,90.54,1.1\n1672531471,90.45,1\n",                   { time: 1, price: 2, volume: 3 }],
  ["JSON",       "[[1509836520000,10,12,9,11,5],[1509836580000,10,12,9,11,5]]",  { time: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 }],
  ["closes",     "Date,Close\n2000-03-01,10\n",                                  { time: 1, price: 2 }],
] as const)("[MKT-17] %s: columns are guessed from the cells, and a person is asked", (_what, text, columns) => {
  const proposal = proposeLayout(text);
  expect(proposal.layout.columns).toEqual(columns);
  expect(proposal.confidence).toBeGreaterThan(0);
  expect(proposal.confidence).toBeLessThan(CONFIDENCE_ENOUGH);
  expect(proposal.doubts.length).toBeGreaterThan(0);
});

test("[MKT-17] doubts are said: adjusted columns, day and month, rows that are no bars", () => {
  expect(proposeLayout("Date,Open,High,Low,Close,Adj Close\n2000-03-01,10,12,9,11,3\n").doubts.join()).toContain("adjusted");
  const days = proposeLayout("date,open,high,low,close\n1/2/1990,10,12,9,11\n");
  expect([days.doubts.join(), days.confidence < CONFIDENCE_ENOUGH]).toEqual([expect.stringContaining("other way around"), true]);
  const rates = proposeLayout("date,open,high,low,close\n2020-01-01,1,0,0,0\n2020-01-02,1,0,0,0\n");
  expect([rates.doubts.join(), rates.confidence < CONFIDENCE_ENOUGH]).toEqual([expect.stringContaining("2 of 2"), true]);
  expect(proposeLayout("a,b\nx,y\n").confidence).toBe(0);
  expect(proposeLayout("").confidence).toBe(0);
});
