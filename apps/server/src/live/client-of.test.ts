import type { Effect, OrderId, PortfolioId } from "@bulkhead/core";
import { expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import { clientOf } from "./client-of.ts";

const CLIENTS = [
  { clientId: 11, portfolios: ["named"], strategies: [] },
  { clientId: 12, portfolios: [], strategies: ["trend"] },
];

test("[LIVE-52] S3.4 an order goes over its portfolio's client id, else its strategy's, else the account's", () => {
  const desk = new Attached();
  const trend = { strategy: { type: "trend", version: "1", codeHash: "", params: "{}" } };
  for (const portfolio of ["named", "trending", "other"]) desk.portfolio(portfolio);
  for (const portfolio of ["named", "trending"]) desk.settings(portfolio, trend);
  const submit = (portfolio: string) =>
    ({ portfolio: portfolio as PortfolioId, order: 1 as OrderId }) as Extract<Effect, { type: "SubmitOrder" }>;
  const found = ["named", "trending", "other"].map((portfolio) => clientOf(CLIENTS, desk.engine.state, submit(portfolio)));
  expect(found).toEqual([{ clientId: 11, orMain: false }, { clientId: 12, orMain: false }, undefined]);
});
