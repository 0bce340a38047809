import { describe, expect, test } from "vitest";
import type { Ask } from "../../../../tests/kit/books.ts";
import { ACCOUNT, type Desk } from "../../../../tests/kit/desk.ts";
import { plain, replayed } from "../../../../tests/kit/look.ts";
import { afterTrading, REFUSED } from "../../../../tests/kit/refused.ts";
import { REFUSAL_CODES } from "../refusal.ts";
import { createEngine } from "./engine.ts";

describe("refusals", () => {
  test.each(Object.entries(REFUSED))("[CTL-1, CTL-3] %s changes nothing", (code, ask) => {
    const desk = afterTrading();
    const asked = ask(desk);
    if (code === "ACCOUNT_NOT_OPEN" || code === "ACCOUNT_ID_INVALID") {
      const engine = createEngine();
      expect(engine.execute({ by: "test", at: 1, ...asked } as never)).toMatchObject({ ok: false, refusal: { code } });
      expect(plain(engine.state)).toEqual(plain(createEngine().state));
      return;
    }
    const before = plain(desk.engine.state);
    expect(desk.run(asked)).toMatchObject({ ok: false, refusal: { code } });
    expect(plain(desk.engine.state)).toEqual(before);
  });

  test("[CTL-3] every code has a case", () => {
    expect(Object.keys(REFUSED).toSorted()).toEqual(REFUSAL_CODES.toSorted());
  });
});

describe("time", () => {
  test.each([0, 999, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1_000.5, 2 ** 53])(
    "[CTL-1] %d is backward or no instant (I20)",
    (at) => {
      const desk = afterTrading();
      expect(desk.engine.execute({ ...desk.pauseAsk(null), at, by: "test" } as never)).toMatchObject({
        ok: false,
        refusal: { code: "TIME_BACKWARD" },
      });
      expect(desk.refused({ ...desk.pauseAsk(null), at: 1_000 })).toBe("admitted");
    },
  );

  test("[CTL-1] what makes no event takes no sequence number and does not move time", () => {
    const desk = afterTrading();
    const { seq, at } = desk.engine.state;
    const step = desk.engine.execute({ ...desk.resumeAsk("alpha"), at: 9_000, by: "test" } as never);
    expect(step).toEqual({ ok: true, events: [], effects: [] });
    expect([desk.engine.state.seq, desk.engine.state.at]).toEqual([seq, at]);
  });
});

describe("range", () => {
  const MOST = Number.MAX_SAFE_INTEGER;
  // biome-ignore format: figures that leave the exact range, wherever they come in.
  test.each<[string, (desk: Desk) => Ask]>([
    ["a deposit",            (d) => ({ ...d.flow("alpha", "1 USD"), amount: MOST }) as never],
    ["a forged deposit",     (d) => ({ ...d.flow("alpha", "1 USD"), amount: 0.5 }) as never],
    ["a fill",               (d) => ({ ...d.fillAsk(null, "SPY@X", "buy 1 @ 1"), quantity: MOST, price: MOST }) as never],
    ["a fee",                (d) => ({ ...d.fee("1 USD", { portfolio: "alpha" }), fee: { asset: "USD", amount: -MOST } }) as never],
    ["a mark",               (d) => ({ ...d.markAsk({ "SPY@X": "1" }), marks: [{ instrument: "SPY@X", price: MOST, at: 1_000, source: "" }] }) as never],
    ["a dividend",           (d) => ({ ...d.income("dividend", "SPY@X", "1 USD"), perUnit: MOST, perUnitScale: 0 }) as never],
    ["the price of a move",  (d) => ({ ...d.moveAsk("alpha", "beta", "SPY@X", "1 @ 1"), price: MOST }) as never],
    ["an order",             (d) => ({ ...d.wish("alpha", "SPY@X", "buy 1"), quote: MOST, terms: { ...(d.wish("alpha", "SPY@X", "buy 1") as { terms: object }).terms, quantity: MOST } }) as never],
  ])("[CTL-2] %s is refused whole (I22)", (_what, ask) => {
    const desk = afterTrading();
    const before = plain(desk.engine.state);
    expect(desk.run(ask(desk))).toMatchObject({ ok: false, refusal: { code: "AMOUNT_OUT_OF_RANGE" } });
    expect(plain(desk.engine.state)).toEqual(before);
    desk.engine.audit();
  });
});

describe("replay", () => {
  test("[CTL-4] the records give the same tables (I17)", () => {
    const desk = afterTrading();
    desk.do(desk.killAsk(ACCOUNT, "flatten"));
    expect(plain(replayed(desk).state)).toEqual(plain(desk.engine.state));
  });

  test("[CTL-4] a record out of sequence is a gap", () => {
    const desk = afterTrading();
    const engine = createEngine();
    const [first, , third] = desk.records;
    if (first === undefined || third === undefined) throw new Error("no records");
    engine.replay(first);
    expect(() => engine.replay(first)).toThrow("JOURNAL_GAP");
    expect(() => engine.replay(third)).toThrow("JOURNAL_GAP");
  });
});
