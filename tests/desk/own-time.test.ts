import { syntheticFeed } from "@bulkhead/market";
import { serve } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, newFolder, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

test("[HTTP-73] a desk whose time is not the wall's, as in a replay, judges by its own what an order, a kill or a transfer would come to", async () => {
  const from = START - 13 * 365 * 24 * HOUR;
  const clock = new VirtualClock(from);
  const environment = {
    PORTFOLIOS: '[{"id":"a","starting_cash":"50000","symbols":["DUSKUSD"]}]',
  };
  const serving = await serve({ data: folder, environment, workingFolder: folder, clock, feed: syntheticFeed({ seed: 7, from }), port: 0 });
  try {
    clock.advance(HOUR);
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test" };
    const post = async (path: string, body: object): Promise<string> =>
      (await fetch(`${serving.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).text();
    const order = await post("/api/orders/preview", { portfolio_id: "a", instrument: "DUSKUSD", side: "buy", quantity: "1" });
    expect(order).toContain('"would":"place"');
    const why = await (await fetch(`${serving.url}/api/why?portfolio_id=a&instrument=DUSKUSD`)).text();
    expect(why).not.toContain("quote_stale");
  } finally {
    await serving.stop();
  }
});
