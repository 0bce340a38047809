import { expect, test } from "vitest";
import { loss } from "../kit/desk.ts";
import { Client } from "./socket-client.ts";
import { at, rows, Stage } from "./stage.ts";

const codesOf = (found: ReturnType<typeof rows>): readonly unknown[] =>
  found.map(({ code, portfolio_id, severity }) => [code, portfolio_id, severity].filter((each) => each !== null).join(" "));

test("[ALARM-17] what the books say is seen: kills, modes, limits, pauses of the desk, breaks, orders that nobody knows of", async () => {
  const stage = await Stage.open();
  const { books } = stage.account;
  const act = (action: () => unknown): void => {
    stage.account.with(action);
    stage.alarms.look();
  };
  const seen = async (): Promise<readonly unknown[]> => codesOf(rows(await stage.ask("/api/alarms?state=active"))).toSorted();
  expect(await seen()).toEqual([]);
  act(() => books.do(books.pauseAsk("beta")));
  expect(await seen()).toEqual([]); // A person paused it.
  act(() => books.do(books.resumeAsk("beta")));
  act(() => books.do(books.killAsk({ kind: "instrument", instrument: "SPY@X" as never }, "cancel", "fat finger")));
  for (const instrument of ["SPY@X", "LONG@X"])
    act(() =>
      books.do({
        type: "SetMode",
        scope: { kind: "instrument", instrument: instrument as never },
        mode: "reduce_only",
        reason: "market data: stale",
      }),
    );
  act(() => books.do({ type: "SetMode", scope: { kind: "account" }, mode: "cancel_only", reason: "the session was lost" }));
  act(() => books.do({ type: "ReportStrategyFault", portfolio: "beta" as never, code: "STRATEGY_THREW", message: "x", pause: true }));
  expect(await seen()).toEqual([
    "KILL_ENGAGED critical",
    "MARKET_DATA_STALE warning",
    "MODE_RESTRICTED warning",
    "PORTFOLIO_PAUSED beta warning",
  ]);
  const [stale] = rows(await stage.ask("/api/alarms")).filter(({ code }) => code === "MARKET_DATA_STALE");
  expect(stale?.["params"]).toMatchObject({ count: "2", instruments: "SPY@X, LONG@X" });
  act(() => books.do(books.clearAsk({ kind: "instrument", instrument: "SPY@X" as never })));
  act(() => books.do({ type: "SetMode", scope: { kind: "account" }, mode: "ready", reason: "back" }));
  act(() => books.do(books.resumeAsk("beta")));
  stage.alarms.look();
  expect(await seen()).toEqual(expect.not.arrayContaining(["KILL_ENGAGED critical", "PORTFOLIO_PAUSED beta warning"]));
});

test("[ALARM-17] C1 B1: a loss at its limit and an order that nobody knows of for two minutes", async () => {
  const stage = await Stage.open({
    set: (desk) => desk.account.with((books) => books.settings("alpha", { limits: loss("lifetime", "0.05") })),
  });
  const { books } = stage.account;
  const seen = async (): Promise<ReturnType<typeof rows>> => {
    stage.alarms.look();
    return rows(await stage.ask("/api/alarms?state=active"));
  };
  stage.account.with(() => {
    books.hold("alpha", "LONG@X", "500", "10");
    books.mark({ "LONG@X": "9.05" });
  });
  expect(await seen()).toEqual([]);
  stage.account.with(() => books.mark({ "LONG@X": "9" }));
  expect(await seen()).toMatchObject([
    { code: "LOSS_LIMIT_REACHED", portfolio_id: "alpha", severity: "critical", params: { window: "lifetime", loss: "500", bound: "500" } },
  ]);
  stage.account.with(() => {
    const { venueOrder } = books.place("beta", "LONG@X", "buy 60", { limit: "9" });
    books.do(books.sent(venueOrder, "unknown"));
    books.at += 119_000;
    books.mark({ "LONG@X": "9.5" });
  });
  expect(codesOf(await seen())).toEqual(["LOSS_LIMIT_REACHED alpha critical"]);
  stage.account.with(() => {
    books.at += 2_000;
    books.mark({ "LONG@X": "9.5" });
  });
  expect(codesOf(await seen())).toContain("ORDER_UNRESOLVED critical");
});

test("[ALARM-2, ALARM-17] a break is an alarm until somebody acknowledges it", async () => {
  const stage = await Stage.open();
  const { books } = stage.account;
  stage.account.with(() => books.do(books.fillAsk(null, "SPY@X", "+3 @ 400")));
  const [alarm] = rows(await stage.ask("/api/alarms?state=active"));
  expect(alarm).toMatchObject({ code: "BREAK_OPENED", severity: "warning", portfolio_id: "unattributed", active: true });
  const path = `/api/alarms/${String(alarm?.["alarm_id"])}/acknowledge`;
  expect(await stage.post(path, {}, { headers: (await stage.key(["read", "kill"])).headers })).toMatchObject({ status: 403 });
  const answer = await stage.post(path);
  expect([answer.status, at(answer, "data.acknowledged_by"), at(answer, "data.active")]).toEqual([200, "local", false]);
  expect(rows(await stage.ask("/api/alarms?state=active"))).toEqual([]);
  expect(at(await stage.post("/api/alarms/4711/acknowledge"), "code")).toBe("ALARM_UNKNOWN");
});

test("[ALARM-18] I23: each sees the alarms of what it may see; those of the whole desk only who may see everything", async () => {
  const stage = await Stage.open();
  const { books } = stage.account;
  stage.account.with(() => {
    for (const portfolio of ["alpha", "beta"])
      books.do({ type: "ReportStrategyFault", portfolio: portfolio as never, code: "STRATEGY_THREW", message: "x", pause: true });
    books.do(books.killAsk({ kind: "account" }, "pause"));
  });
  stage.alarms.look();
  stage.alarms.lost("the disk is gone");
  const alpha = await stage.key(["read", "admin"], ["alpha"]);
  const all = await stage.key(["read"]);
  const seen = async (headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    rows(await stage.ask("/api/alarms", { headers })).length;
  expect([await seen(), await seen(all.headers), await seen(alpha.headers)]).toEqual([4, 4, 1]);
  const foreign = rows(await stage.ask("/api/alarms")).find(({ portfolio_id }) => portfolio_id === "beta");
  const refused = await stage.post(`/api/alarms/${String(foreign?.["alarm_id"])}/acknowledge`, {}, { headers: alpha.headers });
  expect([refused.status, at(refused, "code")]).toEqual([404, "ALARM_UNKNOWN"]);
  expect((await stage.ask("/api/alarms/channel", { headers: alpha.headers })).status).toBe(403);
  expect((await stage.post("/api/alarms/test", {}, { headers: alpha.headers })).status).toBe(403);
  const none = await stage.post("/api/alarms/test");
  expect([none.status, at(none, "code")]).toEqual([409, "ALARM_CHANNEL_MISSING"]);
  const first = await stage.ask("/api/alarms?limit=3");
  const second = await stage.ask(`/api/alarms?limit=3&cursor=${String(at(first, "next_cursor"))}`);
  expect([rows(first).length, rows(second).length, at(second, "next_cursor")]).toEqual([3, 1, null]);
});

test("[ALARM-19] I23: alarms are pushed to who listens to what they are about, when they begin, are looked at and are over", async () => {
  const stage = await Stage.open();
  const { books } = stage.account;
  const all = await Client.open(stage);
  await all.subscribe(["*"]);
  const { headers } = await stage.key(["read"], ["alpha"]);
  const alpha = await Client.open(stage, headers);
  await alpha.subscribe(["*"]);
  stage.account.with(() => {
    for (const portfolio of ["alpha", "beta"])
      books.do({ type: "ReportStrategyFault", portfolio: portfolio as never, code: "STRATEGY_THREW", message: "x", pause: true });
    books.do(books.killAsk({ kind: "account" }, "pause"));
  });
  await all.until(() => all.of("alarm").length === 3);
  const [kill] = all.of("alarm").filter(({ data }) => data?.["code"] === "KILL_ENGAGED");
  expect(kill).toMatchObject({ portfolio_id: "*", data: { active: true, severity: "critical", delivery: { state: "muted" } } });
  await stage.post(`/api/alarms/${String(kill?.data?.["alarm_id"])}/acknowledge`);
  stage.account.with(() => books.do(books.resumeAsk("alpha")));
  await alpha.until(() => alpha.of("alarm").length === 2);
  expect(alpha.of("alarm")).toMatchObject([
    { portfolio_id: "alpha", data: { code: "PORTFOLIO_PAUSED", active: true } },
    { portfolio_id: "alpha", data: { code: "PORTFOLIO_PAUSED", active: false } },
  ]);
  await all.until(() => all.of("alarm").some(({ data }) => data?.["acknowledged_by"] === "local"));
});
