import { expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

/** A desk whose alpha holds 100 LONG bought at 10. */
async function holding(): Promise<Stage> {
  const stage = await Stage.open();
  stage.account.with((books) => books.hold("alpha", "LONG@X", "buy 100", "10"));
  return stage;
}

const set = (stage: Stage, exits: object) => stage.post("/api/protections", { portfolio_id: "alpha", instrument: "LONG", ...exits });

test("[SYS-6] exits are armed, moved and taken away one by one; what is left out stays", async () => {
  const stage = await holding();
  const armed = await set(stage, { stop_price: "9", take_profit_price: "12" });
  expect([armed.status, at(armed, "data")]).toMatchObject([200, { stop_price: "9", take_profit_price: "12", trailing_distance: null }]);
  expect(at(await set(stage, { stop_price: "9.5" }), "data")).toMatchObject({ stop_price: "9.5", take_profit_price: "12" });
  expect(at(await set(stage, { take_profit_price: null, trailing_distance: "0.3" }), "data")).toMatchObject({
    stop_price: "9.5",
    take_profit_price: null,
    trailing_distance: "0.3",
  });
  expect(rows(await stage.ask("/api/protections?portfolio_id=alpha"))).toHaveLength(1);
  expect(at(await set(stage, { stop_price: null, trailing_distance: null }), "data")).toBeNull();
  expect(rows(await stage.ask("/api/protections?portfolio_id=alpha"))).toEqual([]);
});

test("[SYS-6] what makes no sense is refused by name, and nothing changes", async () => {
  const stage = await holding();
  await set(stage, { stop_price: "9" });
  const { seq } = stage;
  for (const [exits, status, code] of [
    [{}, 400, "REQUEST_INVALID"],
    [{ stop_price: "9.12345678901" }, 422, "AMOUNT_TOO_FINE"],
    [{ take_profit_price: "8" }, 422, "PROTECTION_INVALID"],
    [{ stop_price: "9", instrument: "SPY" }, 422, "POSITION_FLAT"],
    [{ stop_price: "9", portfolio_id: "nobody" }, 404, "PORTFOLIO_UNKNOWN"],
    [{ stop_price: null, instrument: "SPY" }, 422, "PROTECTION_UNKNOWN"],
  ] as const) {
    const answer = await set(stage, exits);
    expect([exits, answer.status, at(answer, "code")]).toEqual([exits, status, code]);
  }
  expect(stage.seq).toBe(seq);
});

test("[SYS-6] SEC-6: a key of another portfolio is told that there is none", async () => {
  const stage = await holding();
  const { headers } = await stage.key(["trade"], ["beta"]);
  expect((await stage.post("/api/protections", { portfolio_id: "alpha", instrument: "LONG", stop_price: "9" }, { headers })).status).toBe(
    404,
  );
});
