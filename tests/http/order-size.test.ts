import { describe, expect, test } from "vitest";
import { at, Stage } from "./stage.ts";

/** LONG trades in tens from 20 on and stands at 10; SPY in single shares at 400. */
const signal = (over: object) => ({ portfolio_id: "alpha", instrument: "SPY", side: "buy", strategy: "momentum", ...over });
const asked = async (stage: Stage, body: object) => {
  const answer = await stage.post("/api/orders", body);
  return answer.status === 200 || answer.status === 201
    ? at(answer, "data.order.quantity")
    : [answer.status, at(answer, "code"), at(answer, "params.field")];
};
const patch = async (stage: Stage, body: object) => {
  const etag = (await stage.ask("/api/portfolios/alpha")).headers.get("etag") ?? "";
  expect((await stage.ask("/api/portfolios/alpha", { method: "PATCH", body, headers: { "If-Match": etag } })).status).toBe(200);
};

describe("[HTTP-34] the size of an order", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["units as they are said",                                 { quantity: "3" },                                             "3"],
    ["an amount at the quote: 1000 ÷ 400",                     { amount: "1000" },                                            "2"],
    ["an amount at the order's limit: 1000 ÷ 300",             { amount: "1000", order_type: "limit", limit_price: "300" },   "3"],
    ["an amount at its stop: 1300 ÷ 430",                      { amount: "1300", order_type: "stop", stop_price: "430" },     "3"],
    ["both",                                                   { amount: "1000", quantity: "3" },                             [400, "REQUEST_INVALID", "amount"]],
    ["an amount that buys nothing",                            { amount: "399.99" },                                          [400, "REQUEST_INVALID", "amount"]],
    ["neither, by a person",                                   { strategy: "" },                                              [400, "REQUEST_INVALID", "quantity"]],
  ] as const)("[HTTP-34] %s", async (_what, over, expected) => {
    expect(await asked(await Stage.open(), signal(over))).toEqual(expected);
  });

  test("[HTTP-34] S1.47 a signal without a size is worth 100, or what its portfolio says", async () => {
    const stage = await Stage.open();
    expect(await asked(stage, signal({}))).toEqual([400, "REQUEST_INVALID", "amount"]); // A share is 400.
    expect(await asked(stage, signal({ order_type: "limit", limit_price: "30" }))).toBe("3");
    await patch(stage, { trade_amount: "1250" });
    expect(at(await stage.ask("/api/portfolios/alpha"), "data.trade_amount")).toBe("1250");
    expect(await asked(stage, signal({}))).toBe("3");
    await patch(stage, { trade_amount: null });
    expect(at(await stage.ask("/api/portfolios/alpha"), "data.trade_amount")).toBeNull();
  });
});
