import {
  answerOf,
  CapitalPicture,
  CapitalPlan,
  CapitalRunDone,
  RebalanceBody,
  RebalancePreviewBody,
  type ScheduleConfig,
  SweepBody,
  SweepPreviewBody,
} from "@bulkhead/contract";
import type { AccountId, InstantMs, StateView } from "@bulkhead/core";
import { add, isEqual, ONE, type Ratio, ZERO_MONEY, ZERO_RATIO } from "@bulkhead/money";
import { type AccountCapital, capitalOf } from "../../desk/capital/account-capital.ts";
import { byHand, type RunDone, type Runnable } from "../../desk/capital/capital.ts";
import type { PlanTrouble } from "../../desk/capital/plan.ts";
import type { DeskAccount } from "../../desk/desk.ts";
import { moneyOf, ratioOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { pictureRow, planRow, runRow } from "../rows/capital-rows.ts";
import { baseOf } from "../rows/figures.ts";
import { accountOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import { settled, unavailable } from "../settle.ts";
import { AccountQuery } from "./portfolios.ts";

/** Who has how much, who is to have how much, and what moves it there: by hand with a preview, or on schedules. */
export function capitalRoutes(api: Api): void {
  const of = capitalIn(api);
  pictureRoute(api, of);
  rebalanceRoutes(api, of);
  sweepRoutes(api, of);
}

type CapitalIn = (account: DeskAccount) => AccountCapital;

/** The desk's own, with its schedules; an account that runs by itself has capital by hand. */
function capitalIn({ services }: Api): CapitalIn {
  const own = new Map<AccountId, AccountCapital>();
  const clock = { now: () => services.deskNow() as InstantMs, wake: () => () => undefined };
  return (account) => {
    const found =
      services.options.capital?.(account.id) ?? own.get(account.id) ?? capitalOf(account, { clock, folder: null, note: () => {} });
    own.set(account.id, found);
    return found;
  };
}

function pictureRoute(api: Api, of: CapitalIn): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/capital",
      operationId: "getCapital",
      summary: "How capital is allocated, against its targets, and what moves it by itself",
      action: "read",
      query: AccountQuery,
      answer: answerOf(CapitalPicture),
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "read", account.id, "*");
      const { capital, schedules } = of(account);
      const { value, asOfSeq } = await settled(account, () =>
        pictureRow(account.state, schedules.standing(), (schedule) => capital.plan(schedule)),
      );
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function rebalanceRoutes(api: Api, of: CapitalIn): void {
  const { desk } = api.services;
  api.ask(
    {
      path: "/api/capital/rebalance/preview",
      operationId: "previewRebalance",
      summary: "What a rebalance would move now",
      action: "admin",
      query: AccountQuery,
      body: RebalancePreviewBody,
      answer: answerOf(CapitalPlan),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      return previewed(account, of(account), rebalanceOf(account.state, of(account), body));
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/capital/rebalance",
      operationId: "rebalance",
      summary: "Move free cash towards targets, all of it at one state of the books (S1.6, S1.25)",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      body: RebalanceBody,
      answer: answerOf(CapitalRunDone),
    },
    async ({ principal, query, body, wishId }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const { runnable, schedule } = rebalanceOf(account.state, of(account), body);
      return done(account, of(account), { runnable, schedule, wish: { wish: wishId, by: principal.id, reason: body.reason } });
    },
  );
}

function sweepRoutes(api: Api, of: CapitalIn): void {
  const { desk } = api.services;
  api.ask(
    {
      path: "/api/capital/sweep/preview",
      operationId: "previewSweep",
      summary: "What a profit sweep would move now",
      action: "admin",
      query: AccountQuery,
      body: SweepPreviewBody,
      answer: answerOf(CapitalPlan),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const schedule = scheduleOf(of(account), "sweep", body.sweep);
      return previewed(account, of(account), { runnable: schedule });
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/capital/sweep",
      operationId: "sweep",
      summary: "Move profit as a configured sweep does, now",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      body: SweepBody,
      answer: answerOf(CapitalRunDone),
    },
    async ({ principal, query, body, wishId }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const schedule = scheduleOf(of(account), "sweep", body.sweep);
      const wish = { wish: wishId, by: principal.id, reason: body.reason };
      return done(account, of(account), { runnable: schedule, schedule, wish });
    },
  );
}

type Chosen = Readonly<{ runnable: Runnable; schedule?: ScheduleConfig | undefined }>;

async function previewed(account: DeskAccount, { capital }: AccountCapital, { runnable }: Chosen) {
  const { value, asOfSeq } = await settled(account, () => {
    const planned = capital.plan(runnable);
    if (!planned.ok) throw troubleOf(planned.trouble);
    return planRow(account.state, planned.plan);
  });
  return { body: one(account, asOfSeq, value) };
}

type Wanted = Chosen & Readonly<{ wish: Readonly<{ wish: string; by: string; reason: string }> }>;

async function done(account: DeskAccount, { capital, schedules }: AccountCapital, { runnable, schedule, wish }: Wanted) {
  const result = await capital.run(runnable, wish);
  if (!result.ok) throw "trouble" in result ? troubleOf(result.trouble) : unavailable(account, result.unavailable);
  if (schedule !== undefined && !result.repeated) schedules.record(schedule, result.outcome, wish);
  const { asOfSeq } = await settled(account, () => null);
  return { body: one(account, asOfSeq, doneRow(account.state, result)) };
}

const doneRow = (state: StateView, { repeated, plan, outcome }: RunDone) => ({
  repeated,
  plan: plan === null ? null : planRow(state, plan),
  run: runRow(outcome),
});

/** A configured rebalance, or one's own targets; by hand no drift holds it back. */
function rebalanceOf(state: StateView, { schedules }: AccountCapital, asked: RebalancePreviewBody): Chosen {
  const { rebalance, targets, minimum } = asked;
  if ((rebalance === undefined) === (targets === undefined) || (rebalance !== undefined && minimum !== undefined))
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "targets", problem: "either rebalance, or targets with an optional minimum" });
  if (rebalance !== undefined) {
    const schedule = scheduleOf({ schedules }, "rebalance", rebalance);
    return { runnable: schedule.kind === "rebalance" ? { ...schedule, drift: null } : schedule, schedule };
  }
  const listed = Object.entries(targets ?? {}).map(([name, text]) => ({
    portfolio: name.toLowerCase(),
    weight: ratioOf(`targets.${name}`, text),
  }));
  const sum = listed.reduce<Ratio>((total, { weight }) => add(total, weight), ZERO_RATIO);
  if (listed.length < 2 || !isEqual(sum, ONE) || new Set(listed.map(({ portfolio }) => portfolio)).size < listed.length)
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "targets", problem: "two portfolios or more, whose shares sum to 1" });
  return { runnable: byHand(listed, minimum === undefined ? ZERO_MONEY : moneyOf("minimum", minimum, baseOf(state).scale)) };
}

function scheduleOf({ schedules }: Pick<AccountCapital, "schedules">, kind: ScheduleConfig["kind"], named: string): ScheduleConfig {
  const found = schedules.all.find((each) => each.kind === kind && each.id === named.toLowerCase());
  if (found === undefined) throw new HttpFailure(404, "SCHEDULE_UNKNOWN", { kind, schedule: named });
  return found;
}

function troubleOf({ code, params }: PlanTrouble): HttpFailure {
  return new HttpFailure(code === "PORTFOLIO_UNKNOWN" ? 404 : code === "PORTFOLIO_ARCHIVED" ? 409 : 422, code, params);
}
