import { answerOf, TransferBody, Transferred } from "@bulkhead/contract";
import type { AssetId, Listing, PortfolioId, StateView } from "@bulkhead/core";
import type { Price, Quantity } from "@bulkhead/money";
import type { z } from "zod";
import type { Unstamped } from "../../desk/desk.ts";
import { moneyOf, priceOf, quantityOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { figuresOf, sumOf } from "../rows/figures.ts";
import { accountRow } from "../rows/portfolio-rows.ts";
import { accountOf, listingOf, portfolioOf } from "../scope.ts";
import { settled, submit } from "../settle.ts";
import { cashByAsset } from "./books.ts";
import { AccountQuery, OnePortfolio } from "./portfolios.ts";

type Ends = Readonly<{ by: string; from: PortfolioId; to: PortfolioId; transferId: string }>;
type Asked = z.output<typeof TransferBody>;

/** Cash and positions in kind between two portfolios; the sum of both never changes (S1.25). */
export function transferRoutes(api: Api): void {
  const { desk } = api.services;
  api.write(
    {
      method: "post",
      path: "/api/portfolios/{portfolio_id}/transfer",
      operationId: "transfer",
      summary: "Move cash or a position to another portfolio",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      params: OnePortfolio,
      body: TransferBody,
      answer: answerOf(Transferred),
    },
    async ({ principal, query, params, body, wishId }) => {
      const account = accountOf(desk, principal, query.account_id);
      const from = portfolioOf(account, principal, "admin", params.portfolio_id).id;
      const to = portfolioOf(account, principal, "admin", body.to_portfolio_id).id;
      const { record } = await submit(account, commandOf(account.state, body, { by: principal.id, from, to, transferId: wishId }));
      const { value, asOfSeq } = await settled(account, () => ({
        transfer_id: wishId,
        repeated: record === null,
        from: rowOf(account.state, from),
        to: rowOf(account.state, to),
      }));
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function rowOf(state: StateView, id: PortfolioId): unknown {
  const portfolio = state.portfolios.get(id);
  return portfolio === undefined ? null : accountRow(state, id, sumOf([figuresOf(state, portfolio)]), cashByAsset(state, [portfolio]));
}

function commandOf(state: StateView, asked: Asked, ends: Ends): Unstamped {
  const { amount, instrument, quantity, reason } = asked;
  if (amount !== undefined && instrument === undefined && quantity === undefined) {
    const asset = state.assets.get((asked.asset ?? state.account?.base.id ?? "") as AssetId);
    if (asset === undefined) throw new HttpFailure(422, "ASSET_UNKNOWN", { asset: asked.asset ?? "" });
    return { type: "TransferCapital", ...ends, asset: asset.id, amount: moneyOf("amount", amount, asset.scale), reason };
  }
  if (instrument === undefined || quantity === undefined || amount !== undefined || asked.asset !== undefined)
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "amount", problem: "either amount, or instrument with quantity" });
  const listing = listingOf(state, instrument);
  const units: Quantity = quantityOf("quantity", quantity, listing);
  return {
    type: "TransferPosition",
    ...ends,
    instrument: listing.instrument.id,
    quantity: units,
    price: flowPrice(state, listing, asked.price),
    reason,
  };
}

/** What values the flow: as sent, or the last mark. Never made up. */
function flowPrice(state: StateView, listing: Listing, sent: string | undefined): Price {
  if (sent !== undefined) return priceOf("price", sent, listing);
  const mark = state.marks.get(listing.instrument.id);
  if (mark === undefined) throw new HttpFailure(422, "PRICE_UNKNOWN", { instrument: listing.instrument.id });
  return mark.price as Price;
}
