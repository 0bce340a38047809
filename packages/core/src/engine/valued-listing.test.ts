import { expect, test } from "vitest";
import { Books } from "../../../../tests/kit/books.ts";
import { Desk, plan } from "../../../../tests/kit/desk.ts";

/** Ten coins at 100 USD; BTC-USD@X is defined first, then BTC-EUR@X. */
function coins(): Books {
  const books = new Books();
  books.portfolio("alpha", "10000");
  books.trade("alpha", "BTC-USD@X", "buy 10 @ 100");
  return books;
}

test("[MARK-2] an asset with two listings is worth what the one with the latest mark says, once its currency has a rate", () => {
  const books = coins();
  books.mark({ "BTC-USD@X": "100" });
  books.at += 60_000;
  books.mark({ "BTC-EUR@X": "200" });
  expect(books.equity("alpha")).toBe("10000");
  books.mark({ "BTC-EUR@X": "200" }, { EUR: "1.5" });
  expect(books.equity("alpha")).toBe("12000");
  books.at += 60_000;
  books.mark({ "BTC-USD@X": "50" });
  expect(books.equity("alpha")).toBe("9500");
});

test("[MARK-2] of marks of one instant the listing stays that was there; one without a mark gives way", () => {
  const books = coins();
  books.mark({ "BTC-EUR@X": "200" }, { EUR: "1.5" });
  expect(books.equity("alpha")).toBe("12000");
  books.mark({ "BTC-USD@X": "100" });
  expect(books.equity("alpha")).toBe("12000");
});

test("[RISK-21] an order of the size of an exit that a protection just sent is no duplicate of it", () => {
  const desk = new Desk({ duplicateWindowMs: 1_000 });
  desk.portfolio("alpha");
  desk.fill(desk.place("alpha", "SPY@X", "buy 10", { protect: plan({ stop: "90" }) }), "10 @ 100");
  desk.at += 60_000;
  desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "90"));
  expect(desk.gate("alpha", "SPY@X", "sell 10")).toBe("placed 10");
});
