import { answerOf, ProtectionRow, SetProtectionBody } from "@bulkhead/contract";
import type { Listing, Portfolio, Protection, ProtectionPlan, ProtectiveLevel, View } from "@bulkhead/core";
import type { Price } from "@bulkhead/money";
import { priceOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { protectionRows } from "../rows/book-rows.ts";
import { accountOf, listingOf, onlyPortfolio, portfolioOf } from "../scope.ts";
import { settled, submit } from "../settle.ts";
import { AccountQuery } from "./portfolios.ts";

/** Exits of a position: armed, moved, taken away. Never limited by what limits orders. */
export function protectionRoutes(api: Api): void {
  const { desk } = api.services;
  api.write(
    {
      method: "post",
      path: "/api/protections",
      operationId: "setProtection",
      summary: "Set or take away the stop, target or trailing stop of a position",
      action: "trade",
      budget: "safety",
      query: AccountQuery,
      body: SetProtectionBody,
      answer: answerOf(ProtectionRow.nullable()),
    },
    async ({ principal, query, body, again }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { id } =
        body.portfolio_id === undefined
          ? onlyPortfolio(account, principal, "trade")
          : portfolioOf(account, principal, "trade", body.portfolio_id);
      const listing = listingOf(account.state, body.instrument);
      const { instrument } = listing;
      const before = account.state.portfolios.get(id)?.protections.get(instrument.id);
      const plan = planOf(body, before, listing);
      try {
        await submit(account, { type: "SetProtection", by: principal.id, portfolio: id, instrument: instrument.id, plan });
      } catch (error) {
        if (!(again && plan === null && error instanceof HttpFailure && error.code === "PROTECTION_UNKNOWN")) throw error;
      }
      const { value, asOfSeq } = await settled(account, () => {
        const portfolio = account.state.portfolios.get(id) as View<Portfolio>;
        return protectionRows(account.state, portfolio).find((row) => row.instrument === instrument.id) ?? null;
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
}

type Asked = (typeof SetProtectionBody)["_output"];

/** The exits that are wanted: what was asked for over what is armed; null where none is left. */
function planOf(asked: Asked, before: View<Protection> | undefined, listing: Listing): ProtectionPlan | null {
  const { stop_price: stop, take_profit_price: target, trailing_distance: trailing } = asked;
  if (stop === undefined && target === undefined && trailing === undefined)
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "stop_price", problem: "say at least one exit; null takes it away" });
  const price = (field: string, text: string | null | undefined, now: unknown): Price | null =>
    text === undefined ? ((now as Price | null | undefined) ?? null) : text === null ? null : priceOf(field, text, listing);
  const plan = {
    stop: atPrice(price("stop_price", stop, before?.stop)),
    takeProfit: atPrice(price("take_profit_price", target, before?.takeProfit)),
    trailing: behind(price("trailing_distance", trailing, before?.trailing)),
  };
  return plan.stop === null && plan.takeProfit === null && plan.trailing === null ? null : plan;
}

const atPrice = (price: Price | null): ProtectiveLevel | null => (price === null ? null : { kind: "price", price });
const behind = (distance: Price | null): ProtectiveLevel | null => (distance === null ? null : { kind: "distance", distance });
