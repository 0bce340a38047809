import { answerOf, ClaimOrderBody, ExternalOrderRow, OrderClaimed, pageOf, VenueOrderText } from "@bulkhead/contract";
import { UNATTRIBUTED } from "@bulkhead/core";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import { externalOrderRow } from "../rows/reconcile-rows.ts";
import { proposedRule } from "../rows/rule-rows.ts";
import { portfolioOf } from "../scope.ts";
import { settled, submit } from "../settle.ts";
import { wholeOf } from "./inbox.ts";
import { AccountQuery } from "./portfolios.ts";

const OneOrder = z.strictObject({ venue_order_id: VenueOrderText });

/** What others do in the account: their orders, and whose they are. */
export function externalOrderRoutes(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/external-orders",
      operationId: "listExternalOrders",
      summary: "Orders at the venue that are not in the books: by hand, by other programs",
      action: "read",
      query: AccountQuery,
      answer: pageOf(ExternalOrderRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = wholeOf(desk, principal, query.account_id, "read");
      const { value, asOfSeq } = await settled(account, () =>
        [...account.state.reconciliation.externalOrders.values()].map((order) => externalOrderRow(account.state, order)),
      );
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/external-orders/{venue_order_id}/claim",
      operationId: "claimOrder",
      summary:
        "Say whose somebody else's order is; what it fills from now on is that portfolio's. Answers with the rule that would have said so",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      params: OneOrder,
      body: ClaimOrderBody,
      answer: answerOf(OrderClaimed),
    },
    async ({ principal, query, params, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { venue_order_id: venueOrderId } = params;
      const portfolio =
        body.portfolio_id.toLowerCase() === UNATTRIBUTED ? UNATTRIBUTED : portfolioOf(account, principal, "admin", body.portfolio_id).id;
      const before = account.state.reconciliation.externalOrders.get(venueOrderId);
      await submit(account, { type: "ClaimOrder", by: principal.id, venueOrderId, portfolio, reason: body.reason });
      const { value, asOfSeq } = await settled(account, () => {
        const order = account.state.reconciliation.externalOrders.get(venueOrderId);
        return {
          venue_order_id: venueOrderId,
          portfolio_id: portfolio,
          order: order === undefined ? null : externalOrderRow(account.state, order),
          proposed_rule:
            before === undefined ? null : proposedRule(account.state, { tag: before.tag, instrument: before.terms.instrument }, portfolio),
        };
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
}
