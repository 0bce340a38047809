import {
  AccountChoice,
  answerOf,
  Cursor,
  Format,
  OrderPreview,
  OrderRow,
  PageLimit,
  PlacedOrder,
  PlaceOrderBody,
  PortfolioChoice,
  pageOf,
  ReplaceOrderBody,
  words,
} from "@bulkhead/contract";
import { type EventOf, type InstantMs, isTerminal, type Order, type OrderId, preview, type Receipt, type View } from "@bulkhead/core";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { priceOf, quantityOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure, refused } from "../failure.ts";
import { orderOfWish, type Wanted, wantedOf } from "../order-command.ts";
import { pageOfRows } from "../paging.ts";
import { orderRow, receiptRow } from "../rows/order-rows.ts";
import { previewRow } from "../rows/preview-row.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { authorize, type Principal, sees } from "../security/principal.ts";
import { settled, submit } from "../settle.ts";
import { AccountQuery } from "./portfolios.ts";

const OneOrder = z.strictObject({ order_id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
const ListQuery = z.strictObject({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
  status: z.enum(["open", "all"]).default("open"),
  limit: PageLimit,
  cursor: Cursor.optional(),
  format: Format.optional(),
});
const CancelBody = z.strictObject({ reason: words(500).optional().meta({ type: "string", maxLength: 500 }) }).meta({ id: "CancelOrder" });

/** Orders: looked at, tried, placed, changed, canceled. */
export function orderRoutes(api: Api): void {
  readRoutes(api);
  previewRoute(api);
  placeRoute(api);
  replaceRoute(api);
  cancelRoute(api);
}

function readRoutes(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/orders",
      operationId: "listOrders",
      summary: "Open orders, or all of today; older ones under /api/order-history",
      action: "read",
      query: ListQuery,
      answer: pageOf(OrderRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () => {
        const ids = new Set(selectionOf(account, principal, query.portfolio_id).portfolios.map(({ id }) => id));
        const orders = [...account.state.orders.values()].filter(
          (order) => ids.has(order.portfolio) && (query.status === "all" || !isTerminal(order.status)),
        );
        return orders.toReversed().flatMap((order) => orderRow(account.state, order) ?? []);
      });
      const { rows, next } = pageOfRows(value, (row) => String(row.order_id), query);
      return { body: { ...one(account, asOfSeq, rows), next_cursor: next } };
    },
  );
  api.read(
    {
      path: "/api/orders/{order_id}",
      operationId: "getOrder",
      summary: "One order of today",
      action: "read",
      query: AccountQuery,
      params: OneOrder,
      answer: answerOf(OrderRow),
    },
    async ({ principal, query, params }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () =>
        orderRow(account.state, orderOf(account, principal, "read", params.order_id)),
      );
      return { body: one(account, asOfSeq, value) };
    },
  );
}

/** An order that the caller may do this with; foreign = missing. */
function orderOf(account: DeskAccount, principal: Principal, action: "read" | "trade" | "cancel", id: number): View<Order> {
  const order = account.state.orders.get(id as OrderId);
  if (order === undefined || !sees(principal, account.id, order.portfolio)) throw new HttpFailure(404, "ORDER_UNKNOWN", { order: id });
  authorize(principal, action, account.id, order.portfolio);
  return order;
}

function previewRoute(api: Api): void {
  const { services } = api;
  api.ask(
    {
      path: "/api/orders/preview",
      operationId: "previewOrder",
      summary: "What placing would do now, asked of the same gate; nothing changes",
      action: "trade",
      query: AccountQuery,
      body: PlaceOrderBody,
      answer: answerOf(OrderPreview),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () => {
        const wanted = wantedOf(services, account, principal, body, "");
        const at = Math.max(services.deskNow(), account.state.at) as InstantMs;
        const step = preview(account.state, { ...wanted.command, at });
        const { feeOf } = services.options;
        return previewRow(account.state, wanted, step, feeOf === undefined ? undefined : (...trade) => feeOf(account, ...trade));
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function placeRoute(api: Api): void {
  const { services } = api;
  api.write(
    {
      method: "post",
      path: "/api/orders",
      operationId: "placeOrder",
      summary: "Place an order",
      action: "trade",
      query: AccountQuery,
      body: PlaceOrderBody,
      answer: answerOf(PlacedOrder),
      status: 201,
    },
    async ({ principal, query, body, wishId }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const { command } = wantedOf(services, account, principal, body, wishId);
      services.rates.take("orders", `${account.id} ${command.portfolio}`);
      const { record } = await submit(account, command);
      const placed = record?.events.find((event): event is EventOf<"OrderPlaced"> => event.type === "OrderPlaced");
      const denied = record?.events.find((event): event is EventOf<"OrderDenied"> => event.type === "OrderDenied");
      if (denied !== undefined) throw deniedFailure(account, denied.receipt);
      const id = placed?.order ?? orderOfWish(services, account, command.portfolio, wishId);
      const { value, asOfSeq } = await settled(account, () => {
        const order = id === undefined ? undefined : account.state.orders.get(id);
        return {
          order: order === undefined ? null : (orderRow(account.state, order) ?? null),
          receipt: placed === undefined || placed.receipt === null ? null : receiptRow(account.state, placed.receipt),
          repeated: record === null,
        };
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
}

/** A denial as an answer: 422 with its receipt; 400 where the portfolio is not active (S1.67). */
function deniedFailure(account: DeskAccount, denied: Receipt): HttpFailure {
  const receipt = receiptRow(account.state, denied);
  const { rule } = denied;
  if (rule === "trading_state" || rule === "archived") {
    const status = rule === "archived" ? "archived" : "paused";
    return new HttpFailure(400, "PORTFOLIO_NOT_ACTIVE", { portfolio: denied.portfolio, status }, { receipt });
  }
  const params = { bound: receipt.bound ?? "", observed: receipt.observed ?? "", scope: receipt.scope ?? "", reason: denied.reason };
  return new HttpFailure(422, rule ?? "ORDER_INVALID", params, { receipt });
}

function replaceRoute(api: Api): void {
  const { services } = api;
  api.write(
    {
      method: "post",
      path: "/api/orders/{order_id}/replace",
      operationId: "replaceOrder",
      summary: "Less quantity or other prices",
      action: "trade",
      query: AccountQuery,
      params: OneOrder,
      body: ReplaceOrderBody,
      answer: answerOf(OrderRow),
    },
    async ({ principal, query, params, body }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const order = orderOf(account, principal, "trade", params.order_id);
      const listing = listingOfOrder(account, order);
      services.rates.take("orders", `${account.id} ${order.portfolio}`);
      const venue = account.live?.venue;
      if (venue?.capabilities.replaces === "no") throw new HttpFailure(409, "VENUE_CHANGES_NO_ORDERS", { venue: venue.name });
      const { record } = await submit(account, {
        type: "ReplaceOrder",
        by: principal.id,
        orderId: order.id,
        quantity: body.quantity === undefined ? null : quantityOf("quantity", body.quantity, listing),
        limit: body.limit_price === undefined ? null : priceOf("limit_price", body.limit_price, listing),
        stop: body.stop_price === undefined ? null : priceOf("stop_price", body.stop_price, listing),
      });
      const denied = record?.events.find((event): event is EventOf<"OrderDenied"> => event.type === "OrderDenied");
      if (denied !== undefined) throw deniedFailure(account, denied.receipt);
      return { body: await orderNow(account, order.id) };
    },
  );
}

function listingOfOrder(account: DeskAccount, order: View<Order>): Wanted["listing"] {
  const listing = account.state.listings.get(order.instrument);
  if (listing === undefined) throw refused({ code: "INSTRUMENT_UNKNOWN", params: { instrument: order.instrument } });
  return listing as Wanted["listing"];
}

async function orderNow(account: DeskAccount, id: OrderId): Promise<Readonly<Record<string, unknown>>> {
  const { value, asOfSeq } = await settled(account, () => {
    const order = account.state.orders.get(id);
    return order === undefined ? null : (orderRow(account.state, order) ?? null);
  });
  return one(account, asOfSeq, value);
}

function cancelRoute(api: Api): void {
  const { services } = api;
  api.write(
    {
      method: "post",
      path: "/api/orders/{order_id}/cancel",
      operationId: "cancelOrder",
      summary: "Ask the venue to cancel; never limited by anything else",
      action: "cancel",
      budget: "safety",
      query: AccountQuery,
      params: OneOrder,
      body: CancelBody,
      answer: answerOf(OrderRow),
    },
    async ({ principal, query, params, body, again }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const order = orderOf(account, principal, "cancel", params.order_id);
      try {
        await submit(account, { type: "CancelOrder", by: principal.id, orderId: order.id, reason: body.reason ?? "asked for" });
      } catch (error) {
        if (!(again && error instanceof HttpFailure && error.code === "ORDER_ENDED")) throw error;
      }
      return { body: await orderNow(account, order.id) };
    },
  );
}
