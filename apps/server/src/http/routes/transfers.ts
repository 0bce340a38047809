import { answerOf, TransferBody, TransferPreview, TransferPreviewBody, Transferred } from "@bulkhead/contract";
import {
  type AssetId,
  type Command,
  type Event,
  type EventOf,
  type Listing,
  type LotChange,
  type PortfolioId,
  preview,
  type StateView,
} from "@bulkhead/core";
import { add, formatAmount, negate, type Price, type Quantity } from "@bulkhead/money";
import type { z } from "zod";
import type { DeskAccount, Unstamped } from "../../desk/desk.ts";
import { moneyOf, priceOf, quantityOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure, refused } from "../failure.ts";
import { baseOf, baseText, figuresOf, iso, sumOf } from "../rows/figures.ts";
import { accountRow } from "../rows/portfolio-rows.ts";
import { type About, standingRow } from "../rows/standing-rows.ts";
import { accountOf, listingOf, portfolioOf } from "../scope.ts";
import { settled, submit } from "../settle.ts";
import { cashByAsset } from "./books.ts";
import { AccountQuery, OnePortfolio } from "./portfolios.ts";

type Ends = Readonly<{ by: string; from: PortfolioId; to: PortfolioId; transferId: string }>;
type Asked = Omit<z.output<typeof TransferBody>, "reason"> & Readonly<{ reason?: string | undefined }>;

/** Cash and positions in kind between two portfolios; the sum of both never changes (S1.25). */
export function transferRoutes(api: Api): void {
  const { desk } = api.services;
  previewRoute(api);
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
      const { record } = await submit(account, commandOf(api, account, body, { by: principal.id, from, to, transferId: wishId }));
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

function previewRoute(api: Api): void {
  const { desk, deskNow } = api.services;
  api.ask(
    {
      path: "/api/portfolios/{portfolio_id}/transfer/preview",
      operationId: "previewTransfer",
      summary: "What a transfer would move",
      action: "admin",
      query: AccountQuery,
      params: OnePortfolio,
      body: TransferPreviewBody,
      answer: answerOf(TransferPreview),
    },
    async ({ principal, query, params, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      const from = portfolioOf(account, principal, "admin", params.portfolio_id).id;
      const to = portfolioOf(account, principal, "admin", body.to_portfolio_id).id;
      const { value, asOfSeq } = await settled(account, () => {
        const { state } = account;
        // Its own id: a preview of what was done once is a preview of doing it again.
        const command = commandOf(api, account, body, { by: principal.id, from, to, transferId: `preview:${state.seq}` });
        const step = preview(state, { ...command, at: Math.max(deskNow(), state.at) } as Command);
        if (!step.ok) throw refused(step.refusal);
        const moved = step.events.find((event) => event.type === "CapitalMoved" || event.type === "PositionMoved");
        if (moved === undefined) throw new Error("TRANSFER_WITHOUT_EVENT");
        return previewRow(state, step.events, moved);
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function previewRow(
  state: StateView,
  events: readonly Event[],
  moved: EventOf<"CapitalMoved" | "PositionMoved">,
): z.infer<typeof TransferPreview> {
  const [from, to] = moved.flows;
  if (from === undefined || to === undefined) throw new Error("TRANSFER_WITHOUT_FLOWS");
  const about = aboutOf(state, moved);
  const end = ({ portfolio, equityBefore, amount }: typeof from) => ({
    ...standingRow(state, events, about, portfolio),
    equity_before: baseText(state, equityBefore),
    equity_after: baseText(state, add(equityBefore, amount)),
  });
  const given = moved.type === "PositionMoved" ? moved.lots.filter(({ portfolio }) => portfolio === from.portfolio) : [];
  return {
    kind: moved.type === "PositionMoved" ? "position" : "cash",
    value: baseText(state, to.amount),
    currency: about.currency,
    from: end(from),
    to: end(to),
    lots: given.flatMap(({ changes }) => changes.map((lot) => lotRow(state, lot))),
  };
}

/** What moves, and in which currency its cost is told. */
function aboutOf(state: StateView, moved: EventOf<"CapitalMoved" | "PositionMoved">): About {
  const [change] = moved.type === "PositionMoved" ? moved.lots.flatMap(({ changes }) => changes) : [];
  if (change !== undefined) return { asset: change.asset, currency: change.costAsset };
  const cash = moved.postings.find(({ account }) => account === "cash");
  return { asset: null, currency: cash?.asset ?? baseOf(state).id };
}

/** A lot, or the part of one, that leaves the giver: signed as the position is. */
function lotRow(
  state: StateView,
  { asset, quantity, cost, costAsset, openedAt }: LotChange,
): z.infer<typeof TransferPreview>["lots"][number] {
  const scaleOf = (id: AssetId): number => state.assets.get(id)?.scale ?? 0;
  return {
    quantity: formatAmount(negate(quantity), scaleOf(asset)),
    cost: formatAmount(negate(cost), scaleOf(costAsset)),
    cost_asset: costAsset,
    opened_at: iso(openedAt),
  };
}

function rowOf(state: StateView, id: PortfolioId): unknown {
  const portfolio = state.portfolios.get(id);
  return portfolio === undefined ? null : accountRow(state, id, sumOf([figuresOf(state, portfolio)]), cashByAsset(state, [portfolio]));
}

function commandOf(api: Api, account: DeskAccount, asked: Asked, ends: Ends): Unstamped {
  const { state } = account;
  const { amount, instrument, quantity, reason = "" } = asked;
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
    price: flowPrice(api, account, listing, asked.price),
    reason,
  };
}

/** What values the flow: as sent, the last mark, or the price that the desk sees where nothing was marked yet. Never made up. */
function flowPrice({ services }: Api, account: DeskAccount, listing: Listing, sent: string | undefined): Price {
  if (sent !== undefined) return priceOf("price", sent, listing);
  const { id } = listing.instrument;
  const price = account.state.marks.get(id)?.price ?? services.options.quoteOf?.(account, id)?.price;
  if (price === undefined) throw new HttpFailure(422, "PRICE_UNKNOWN", { instrument: id });
  return price as Price;
}
