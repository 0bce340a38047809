import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { priceOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";
import type { OpenedDesk, Unstamped } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { accountOf, configOf, MINUTE, newFolder, openPaper, removeFolder } from "./paper.ts";

const CONFIG = configOf(`
[account]
duplicate_window = "0s"
[kill]
storm_orders = 3
[[portfolio]]
id = "hands"
starting_cash = "50000"
[[portfolio]]
id = "other"
starting_cash = "50000"
`);
const ACME = "ACME@DEMO" as InstrumentId;

/** A resting order below the market. */
function wish(desk: OpenedDesk, portfolio: string): Unstamped {
  const quote = accountOf(desk).quoteOf(ACME);
  if (quote === null) throw new Error("no quote");
  const limit = priceOfUnits(Math.round(unitsOf(quote.price) * 0.97));
  return {
    type: "PlaceOrder",
    by: "test",
    portfolio: portfolio as PortfolioId,
    terms: {
      instrument: ACME,
      side: "buy",
      quantity: quantityOfUnits(1),
      orderType: "limit",
      limit,
      stop: null,
      timeInForce: "gtc",
      expiresAt: null,
    },
    origin: "person",
    sizing: "exact",
    reduceOnly: false,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote: quote.price,
    quoteAt: quote.at,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: "test",
    intentId: "",
  };
}

test("[DESK-27] B29, A8: a storm of one portfolio kills it in the same turn, over a restart, until a person clears it; others trade on", async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  const first = await openPaper({ folder, config: CONFIG });
  first.clock.advance(10 * MINUTE);
  const account = accountOf(first.desk);
  const turn = (): void => first.clock.advance(1);
  const placed = Array.from({ length: 8 }, () => account.submit(wish(first.desk, "hands")));
  turn();
  expect((await Promise.all(placed)).every(({ ok }) => ok)).toBe(true);
  // Three left; the others were not sent, and those that rested are canceled by the kill.
  expect([...account.state.kills]).toEqual([
    ["portfolio:hands", expect.objectContaining({ level: "cancel", reason: "storm: more than 3 orders within a minute" })],
  ]);
  turn();
  const states = [...account.state.orders.values()].map(({ status }) => status);
  expect([states.filter((status) => status === "canceled").length, states.filter((status) => status === "rejected").length]).toEqual([
    3, 5,
  ]);
  expect(account.alarms).toMatchObject([{ code: "KILL_ENGAGED", portfolio: "hands" }]);
  const others = account.submit(wish(first.desk, "other"));
  const denied = account.submit(wish(first.desk, "hands"));
  turn();
  expect(await others).toMatchObject({ record: { events: [{ type: "OrderPlaced" }] } });
  const receipt = { rule: "kill_switch", reason: "cancel: storm: more than 3 orders within a minute" };
  expect(await denied).toMatchObject({ record: { events: [{ type: "OrderDenied", receipt }] } });
  await first.desk.stop();
  const second = await openPaper({ folder, config: CONFIG, at: first.clock.now() + MINUTE });
  const again = accountOf(second.desk);
  expect([...again.state.kills.keys()]).toEqual(["portfolio:hands"]);
  const scope = { kind: "portfolio", portfolio: "hands" as PortfolioId } as const;
  const cleared = again.submit({ type: "ClearKill", by: "ada", scope, reason: "mended" });
  second.clock.advance(MINUTE);
  expect(await cleared).toMatchObject({ ok: true });
  expect(again.state.kills.size).toBe(0);
  await second.desk.stop();
});
