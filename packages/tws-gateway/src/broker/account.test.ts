import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { decimal, plain } from "../decimal.ts";
import { Account } from "./account.ts";
import { commissionOf } from "./commission.ts";
import { forex, future, stock } from "./contract.ts";

const AAPL = stock("AAPL", 265598);
const opened = (): Account => {
  const account = new Account();
  account.enter({ at: 0, currency: "USD", amount: decimal("100000"), reason: "opening balance" });
  return account;
};
const cash = (account: Account, currency = "USD"): string => plain(account.cash().get(currency) ?? 0n);
const trade = (account: Account, quantity: string, price: string, commission = "1"): string | null => {
  const realized = account.trade(AAPL, decimal(quantity), decimal(price), decimal(commission));
  return realized === null ? null : plain(realized);
};

describe("the account", () => {
  // 100 at 10 and 1 commission cost 1001: 10.01 each. 40 of them at 12 bring 480, less 400.40 and 1: 78.60.
  test("[TWSG-41] average cost holds the commission, realized profit is after it, and nothing is realized by opening", () => {
    const account = opened();
    expect(trade(account, "100", "10")).toBeNull();
    expect(plain(Account.averageCost(account.holding(AAPL)))).toBe("10.01");
    expect(trade(account, "-40", "12")).toBe("78.6");
    expect([plain(Account.averageCost(account.holding(AAPL))), cash(account)]).toEqual(["10.01", "99478"]);
  });

  // Short 50 at 20: 1000 less 1 is 999, 19.98 each. Bought back 80 at 18 for 1440 and 1.60: 50 of them cost 900 and 1, 98 stay; 30 new at 540.60.
  test("[TWSG-41] a short that is turned closes and opens in one trade", () => {
    const account = opened();
    trade(account, "-50", "20");
    expect(plain(Account.averageCost(account.holding(AAPL)))).toBe("19.98");
    expect(trade(account, "80", "18", "1.60")).toBe("98");
    expect([plain(account.holding(AAPL).quantity), plain(Account.averageCost(account.holding(AAPL)))]).toEqual(["30", "18.02"]);
  });

  // ES: 50 USD a point. Bought at 5000, sold at 5010: 500 less 2.25 twice.
  test("[TWSG-42] a future pays only what it realizes, a pair of currencies exchanges both", () => {
    const account = opened();
    const es = future("ES", 1, "ESZ6", "20261218", "50");
    account.trade(es, decimal("1"), decimal("5000"), decimal("2.25"));
    expect(cash(account)).toBe("99997.75");
    expect(plain(account.trade(es, decimal("-1"), decimal("5010"), decimal("2.25")) ?? 0n)).toBe("495.5");
    expect(cash(account)).toBe("100495.5");
    account.trade(forex("EUR", "USD", 2), decimal("1000"), decimal("1.1"), decimal("2"));
    expect([cash(account), cash(account, "EUR")]).toEqual(["99393.5", "1000"]);
  });

  test("[TWSG-45] a split keeps cost, a holding is where it is put, and cash stays", () => {
    const account = opened();
    account.place(AAPL, decimal("10"), decimal("100"));
    account.split(AAPL, decimal("4"));
    expect([plain(account.holding(AAPL).quantity), plain(account.holding(AAPL).cost), cash(account)]).toEqual(["40", "1000", "100000"]);
  });

  test("[TWSG-42] whatever trades: cash is what came in less what was paid, cost is what was paid and not realized", () => {
    const one = fc.record({
      quantity: fc.integer({ min: -500, max: 500 }).filter((n) => n !== 0),
      cents: fc.integer({ min: 1, max: 50_000 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), (trades) => {
        const account = opened();
        let [paid, realized] = [0n, 0n];
        for (const { quantity, cents } of trades) {
          const [size, price, commission] = [decimal(quantity), decimal(`${cents / 100}`), decimal("1.01")];
          realized += account.trade(AAPL, size, price, commission) ?? 0n;
          paid += BigInt(quantity) * price + commission;
        }
        expect(account.cash().get("USD")).toBe(decimal("100000") - paid);
        expect(account.holding(AAPL).cost).toBe(paid + realized);
      }),
      { numRuns: runs(1000), seed: seed() },
    );
  });

  // The examples of venues.md 8.1.
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["STK",  "100",  "25",   "1"],
    ["STK",  "1000", "25",   "5"],
    ["STK",  "1000", "0.25", "2.5"],
    ["OPT",  "10",   "3",    "6.5"],
    ["CASH", "1000", "1.1",  "2"],
  ] as const)("[TWSG-40] %s: %s at %s cost %s", (secType, quantity, price, expected) => {
    const [size, at] = [decimal(quantity), decimal(price)];
    expect(plain(commissionOf(secType, size, (size * at) / decimal("1")))).toBe(expected);
  });

  test("[TWSG-40] many fills cost what one does", () => {
    const [each, price] = [decimal("25"), decimal("10")];
    let charged = 0n;
    for (let fill = 1n; fill <= 4n; fill++) charged = commissionOf("STK", each * fill, (each * fill * price) / decimal("1"));
    expect(charged).toBe(commissionOf("STK", decimal("100"), decimal("1000")));
  });
});
