import {
  AccountChoice,
  answerOf,
  ClearKillBody,
  KillBody,
  KillOutcome,
  KillPreviewBody,
  KillRow,
  type KillScopeBody,
  pageOf,
} from "@bulkhead/contract";
import {
  type Event,
  type InstantMs,
  isTerminal,
  type KillLevel,
  type Order,
  type OrderId,
  preview,
  type Scope,
  scopeKey,
  UNATTRIBUTED,
  type View,
} from "@bulkhead/core";
import type { Quantity } from "@bulkhead/money";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure, refused } from "../failure.ts";
import { quantityText } from "../rows/figures.ts";
import { orderRow } from "../rows/order-rows.ts";
import { accountOf, listingOf, portfolioOf } from "../scope.ts";
import { authorize, type Principal, sees } from "../security/principal.ts";
import { settled, submit } from "../settle.ts";
import { AccountQuery } from "./portfolios.ts";

/** How long an answer waits for the venue to confirm cancels. */
const CONFIRM_MS = 1_000;
type Outcome = z.infer<typeof KillOutcome>;
type Mention = Outcome["confirmed"][number];

/** The kill switch: looked at, tried, engaged, cleared. Its own budget, so that nothing starves it. */
export function killRoutes(api: Api): void {
  const { desk, now } = api.services;
  const common = { action: "kill", budget: "safety", query: z.strictObject({ account_id: AccountChoice.optional() }) } as const;
  api.read(
    {
      path: "/api/kill",
      operationId: "listKills",
      summary: "Kill switches that are engaged",
      action: "read",
      query: AccountQuery,
      answer: pageOf(KillRow),
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () =>
        [...account.state.kills]
          .filter(([scope]) => seesScope(account, principal, scope))
          .map(([scope, { level, reason }]) => ({ scope, level, reason })),
      );
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  api.ask(
    {
      ...common,
      path: "/api/kill/preview",
      operationId: "previewKill",
      summary: "What a kill would do now; nothing changes",
      body: KillPreviewBody,
      answer: answerOf(KillOutcome),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () => {
        const scope = scopeOf(account, principal, body);
        const at = Math.max(now(), account.state.at) as InstantMs;
        const step = preview(account.state, { type: "EngageKill", at, by: principal.id, scope, level: body.level, reason: "preview" });
        if (!step.ok) throw refused(step.refusal);
        return outcomeOf(account, scope, body.level, step.events);
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
  api.write(
    {
      ...common,
      method: "post",
      path: "/api/kill",
      operationId: "engageKill",
      summary: "Stop: no new risk, cancel, flatten; durable until a person clears it",
      body: KillBody,
      answer: answerOf(KillOutcome),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      const scope = scopeOf(account, principal, body);
      const { record } = await submit(account, { type: "EngageKill", by: principal.id, scope, level: body.level, reason: body.reason });
      const events = record?.events ?? [];
      await confirmed(account, canceledBy(events));
      const { value, asOfSeq } = await settled(account, () => outcomeOf(account, scope, body.level, events));
      return { body: one(account, asOfSeq, value) };
    },
  );
  clearRoute(api);
}

function clearRoute(api: Api): void {
  const { desk } = api.services;
  api.write(
    {
      method: "post",
      path: "/api/kill/clear",
      operationId: "clearKill",
      summary: "A person lets trading go on, and says why",
      action: "kill",
      stepUp: true,
      budget: "safety",
      query: AccountQuery,
      body: ClearKillBody,
      answer: answerOf(z.array(KillRow)),
    },
    async ({ principal, query, body, again }) => {
      const account = accountOf(desk, principal, query.account_id);
      const scope = scopeOf(account, principal, body);
      try {
        await submit(account, { type: "ClearKill", by: principal.id, scope, reason: body.reason });
      } catch (error) {
        if (!(again && error instanceof HttpFailure && error.code === "KILL_NOT_ENGAGED")) throw error;
      }
      const { value, asOfSeq } = await settled(account, () =>
        [...account.state.kills]
          .filter(([key]) => seesScope(account, principal, key))
          .map(([key, { level, reason }]) => ({ scope: key, level, reason })),
      );
      return { body: one(account, asOfSeq, value) };
    },
  );
}

const seesScope = (account: DeskAccount, principal: Principal, scope: string): boolean =>
  !scope.startsWith("portfolio:") || sees(principal, account.id, scope.slice(10) as Parameters<typeof sees>[2]);

/** One portfolio's own switch needs that portfolio; an instrument's and the account's need all of them. */
function scopeOf(account: DeskAccount, principal: Principal, asked: KillScopeBody): Scope {
  if (asked.portfolio_id !== undefined && asked.instrument !== undefined)
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "instrument", problem: "either portfolio_id or instrument" });
  if (asked.portfolio_id !== undefined)
    return { kind: "portfolio", portfolio: portfolioOf(account, principal, "kill", asked.portfolio_id).id };
  authorize(principal, "kill", account.id, "*");
  if (asked.instrument === undefined) return { kind: "account" };
  return { kind: "instrument", instrument: listingOf(account.state, asked.instrument).instrument.id };
}

const canceledBy = (events: readonly Event[]): readonly OrderId[] =>
  events.flatMap((event) => (event.type === "CancelRequested" ? [event.order] : []));

/** Resolves when the venue has confirmed every cancel, or has had its time. */
function confirmed(account: DeskAccount, orders: readonly OrderId[]): Promise<void> {
  const isDone = (): boolean => orders.every((id) => isTerminal(account.state.orders.get(id)?.status ?? "canceled"));
  if (isDone()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(end, CONFIRM_MS);
    const stop = account.onDurable(() => {
      if (isDone()) end();
    });
  });
}

function outcomeOf(account: DeskAccount, scope: Scope, level: KillLevel, events: readonly Event[]): Outcome {
  const { state } = account;
  const canceled = new Set(canceledBy(events));
  const covered = [...state.orders.values()].filter((order) => covers(scope, order));
  const mentions = (orders: readonly View<Order>[]): Mention[] => orders.flatMap((order) => mention(account, order));
  const open = covered.filter((order) => !isTerminal(order.status));
  const exits = events.flatMap((event) => (event.type === "OrderPlaced" ? [event] : []));
  const placed = new Set(exits.map(({ order }) => order));
  return {
    scope: scopeKey(scope),
    level,
    entries_stopped: [...state.portfolios.values()]
      .filter(({ id, archived }) => !archived && id !== UNATTRIBUTED && (scope.kind !== "portfolio" || scope.portfolio === id))
      .map(({ id }) => id),
    confirmed: mentions(covered.filter((order) => canceled.has(order.id) && isTerminal(order.status))),
    unconfirmed: mentions(open.filter((order) => canceled.has(order.id))),
    not_cancellable: level === "pause" ? [] : mentions(open.filter((order) => !canceled.has(order.id) && !placed.has(order.id))),
    exits: exits.map(({ portfolio, terms }) => ({
      portfolio_id: portfolio,
      instrument: terms.instrument,
      side: terms.side,
      quantity: quantityOf(account, terms.instrument, terms.quantity),
    })),
  };
}

const quantityOf = (account: DeskAccount, instrument: Order["instrument"], quantity: Quantity): string => {
  const listing = account.state.listings.get(instrument);
  return listing === undefined ? "0" : quantityText(listing as Parameters<typeof quantityText>[0], quantity);
};

function covers(scope: Scope, order: View<Order>): boolean {
  if (scope.kind === "account") return true;
  return scope.kind === "portfolio" ? order.portfolio === scope.portfolio : order.instrument === scope.instrument;
}

function mention(account: DeskAccount, order: View<Order>): readonly Mention[] {
  const row = orderRow(account.state, order);
  return row === undefined
    ? []
    : [{ order_id: row.order_id, portfolio_id: row.portfolio_id, instrument: row.instrument, side: row.side, leaves: row.leaves }];
}
