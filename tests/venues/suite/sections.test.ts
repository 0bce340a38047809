import { describe, expect, test } from "vitest";
import { priceOf, termsOf } from "./cases.ts";
import { openCcxtStage } from "./ccxt-stage.ts";
import { openFakeStage } from "./fake-stage.ts";
import { openIbkrStage } from "./ibkr-stage.ts";
import type { OpenStage } from "./stage.ts";
import { SuiteBooks } from "./suite-books.ts";

const LIVE: readonly Readonly<{ name: string; openStage: OpenStage }>[] = [
  { name: "fake", openStage: openFakeStage },
  { name: "ibkr", openStage: openIbkrStage },
  { name: "ccxt", openStage: openCcxtStage },
];

/** What the books say of the account. */
const pictureOf = (books: SuiteBooks, assets: readonly string[]): unknown => ({
  totals: assets.map((asset) => `${asset} ${books.total(asset)}`),
  orders: [...books.engine.state.venueOrders.values()].map(({ seq }) => `${books.order(seq).status} ${books.filled(seq)}`),
  breaks: books.breaks(),
  modes: [...books.engine.state.portfolios.values()].map(({ tradingState }) => tradingState),
});

describe.each(LIVE)("sections that $name does not answer", ({ name, openStage }) => {
  test(`[VEN-11] ${name}: nothing is closed, opened or compared because of them`, async () => {
    const stage = await openStage(["Q1"]);
    try {
      const books = new SuiteBooks(stage);
      books.begin();
      await stage.open(books);
      books.isAttached = true;
      await stage.look(books);
      const found = await stage.find("Q1");
      books.define(found);
      books.portfolio("q1", (5_000 * 10 ** stage.base.scale) as never);
      await stage.market({ symbol: "Q1", terms: termsOf({ orderType: "limit", timeInForce: "gtc" }, found, stage.now()) }, "nothing");
      const terms = termsOf({ orderType: "limit", timeInForce: "gtc" }, found, stage.now());
      const order = { symbol: "Q1", terms, seq: books.place("q1", terms, priceOf("102", found.instrument)) };
      await stage.until(() => books.answers(order.seq).length > 0, "an answer");
      await stage.market(order, "part");
      await stage.until(() => books.filled(order.seq) === "4", "its part");
      await stage.later(6_000);
      await stage.settled();
      expect(await stage.look(books)).toBe(true);
      const assets = stage.holdings().map(({ asset }) => asset);
      const picture = pictureOf(books, assets);
      for (const section of ["positions", "cash", "orders", "executions"] as const) {
        stage.fail?.(section);
        expect(await stage.look(books), `${section} were not answered`).toBe(false);
        expect(pictureOf(books, assets), `without ${section}`).toEqual(picture);
        await stage.mend();
        await stage.settled();
        expect(await stage.look(books), `${section} are answered again`).toBe(true);
        expect(pictureOf(books, assets), `with ${section} again`).toEqual(picture);
      }
      expect(books.refusals).toEqual([]);
    } finally {
      await stage.close();
    }
  });
});
