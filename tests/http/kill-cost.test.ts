import type { AssetId } from "@bulkhead/core";
import { moneyOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import { at, Stage } from "./stage.ts";

test("[HTTP-71] what a kill would close is shown with what it is worth and what closing it costs", async () => {
  const set = ({ account }: Stage["desk"]) => account.with((books) => books.trade("alpha", "LONG@X", "buy 100 @ 10"));
  const known = await Stage.open({ set, listen: { feeOf: () => ({ asset: "USD" as AssetId, amount: moneyOfUnits(1_250_000) }) } });
  expect(at(await known.post("/api/kill/preview", { level: "flatten" }, { key: null }), "data.exits")).toEqual([
    {
      portfolio_id: "alpha",
      instrument: "LONG@X",
      side: "sell",
      quantity: "100",
      value: "1000",
      currency: "USD",
      fee: "1.25",
      fee_asset: "USD",
    },
  ]);
  const free = await Stage.open({ set, listen: { feeOf: () => null } });
  expect(at(await free.post("/api/kill/preview", { level: "flatten" }, { key: null }), "data.exits.0")).toMatchObject({
    fee: "0",
    fee_asset: "USD",
  });
  const unknown = await Stage.open({ set });
  expect(at(await unknown.post("/api/kill/preview", { level: "flatten" }, { key: null }), "data.exits.0")).toMatchObject({
    value: "1000",
    fee: null,
  });
});
