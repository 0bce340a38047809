import { ratioOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import { plan } from "../kit/desk.ts";
import { at, rows, Stage } from "./stage.ts";

const patch = async (stage: Stage, body: object) => {
  const etag = (await stage.ask("/api/portfolios/alpha")).headers.get("etag") ?? "";
  return stage.ask("/api/portfolios/alpha", { method: "PATCH", body, headers: { "If-Match": etag } });
};

test("[NIGHT-13] S2.40 a portfolio's overnight policy is set, shown and taken away over HTTP", async () => {
  const stage = await Stage.open();
  expect(at(await stage.ask("/api/portfolios/alpha"), "data.overnight")).toBeNull();
  const overnight = { stop_pct: "0.02", take_profit_factor: "1.5", before_close_ms: 900_000, hours: "22:00-07:00", except: ["SPY"] };
  expect((await patch(stage, { overnight })).status).toBe(200);
  expect(at(await stage.ask("/api/portfolios/alpha"), "data.overnight")).toEqual({
    stop_pct: "0.02",
    stop_factor: null,
    take_profit_pct: null,
    take_profit_factor: "1.5",
    before_close_ms: 900_000,
    after_open_ms: 0,
    hours: "22:00-07:00",
    except: ["SPY@X"],
  });
  expect((await patch(stage, { name: "Alpha" })).status).toBe(200);
  expect(at(await stage.ask("/api/portfolios/alpha"), "data.overnight.stop_pct")).toBe("0.02");
  expect(at(await patch(stage, { overnight: { stop_factor: "0.5" } }), "code")).toBe("SETTINGS_INVALID");
  expect((await patch(stage, { overnight: { stop: "0.5" } })).status).toBe(400);
  expect((await patch(stage, { overnight: null })).status).toBe(200);
  expect(at(await stage.ask("/api/portfolios/alpha"), "data.overnight")).toBeNull();
});

test("[NIGHT-13] exits of a night are shown with the levels that come back", async () => {
  const overnight = {
    stopPct: ratioOfUnits(20_000_000),
    stopFactor: null,
    takeProfitPct: null,
    takeProfitFactor: null,
    beforeCloseMs: 0,
    afterOpenMs: 0,
    hours: null,
    except: [],
  };
  const stage = await Stage.open({
    set: ({ account }) =>
      account.with((books) => {
        books.settings("alpha", { overnight });
        books.fill(books.place("alpha", "SPY@X", "buy 10", { protect: plan({ stop: "@9" }) }), "10 @ 10");
        books.run(books.widenAsk("alpha", "SPY@X"));
      }),
  });
  expect(rows(await stage.ask("/api/protections?portfolio_id=alpha"))).toMatchObject([
    { stop_price: "8.8", overnight: true, day_stop_price: "9", day_take_profit_price: null },
  ]);
  stage.account.with((books) => books.run(books.tightenAsk("alpha", "SPY@X")));
  expect(rows(await stage.ask("/api/protections?portfolio_id=alpha"))).toMatchObject([
    { stop_price: "9", overnight: false, day_stop_price: null },
  ]);
});

test("[DESK-18] S2.47 status says which positions nothing guards, to who may see them", async () => {
  const stage = await Stage.open({
    set: ({ account }) =>
      account.with((books) => {
        books.trade("alpha", "SPY@X", "buy 10 @ 10");
        books.settings("alpha", { protection: { stopLossPct: ratioOfUnits(50_000_000), takeProfitPct: null, trailingStopPct: null } });
      }),
  });
  expect(at(await stage.ask("/api/status?portfolio_id=alpha"), "data.0.alarms")).toMatchObject([
    {
      code: "NAKED_POSITION",
      instrument: "SPY@X",
      quantity: "10",
      reason: "not_armed",
      says: expect.stringContaining("alpha holds 10 SPY@X"),
    },
  ]);
  expect(at(await stage.ask("/api/status?portfolio_id=beta"), "data.0.alarms")).toEqual([]);
});
