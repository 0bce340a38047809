import { LISTS, type PlaceOrderBody } from "@bulkhead/contract";
import type { InstantMs, Listing, OrderId, OrderTerms, PortfolioId, ProtectionPlan } from "@bulkhead/core";
import type { Price } from "@bulkhead/money";
import type { z } from "zod";
import type { DeskAccount, Unstamped } from "../desk/desk.ts";
import { priceOf, ratioOf } from "./amounts.ts";
import { sizeOf } from "./order-size.ts";
import { listingOf, onlyPortfolio, portfolioOf } from "./scope.ts";
import type { Principal } from "./security/principal.ts";
import type { Quote, Services } from "./services.ts";

type Asked = z.output<typeof PlaceOrderBody>;
/** An order as a command, with the instrument that it is about. */
export type Wanted = Readonly<{ command: Extract<Unstamped, { type: "PlaceOrder" }>; listing: Listing }>;

/** Times in force that wait for the next session; the others want a market now. */
const WAITS: ReadonlySet<string> = new Set(["day", "gtc", "gtd"]);

/** The command of an asked order, with the quote that it is decided on. `wishId` makes a retry harmless, for ever. */
export function wantedOf(services: Services, account: DeskAccount, principal: Principal, asked: Asked, wishId: string): Wanted {
  const portfolio =
    asked.portfolio_id === undefined
      ? onlyPortfolio(account, principal, "trade")
      : portfolioOf(account, principal, "trade", asked.portfolio_id);
  const listing = listingOf(account.state, asked.instrument);
  const { options, deskNow } = services;
  const quote = quoteFor(services, account, listing.instrument.id);
  const isOpen = options.marketOf?.(account, listing.instrument.id).open ?? true;
  const [limit, stop] = [priceOrNull("limit_price", asked.limit_price, listing), priceOrNull("stop_price", asked.stop_price, listing)];
  const quantity = sizeOf(account.state, portfolio, listing, { asked, price: limit ?? stop ?? quote?.price ?? null });
  const terms = termsOf(asked, listing, { quantity, limit, stop });
  const command: Wanted["command"] = {
    type: "PlaceOrder",
    by: principal.id,
    portfolio: portfolio.id,
    terms,
    origin: asked.strategy === "" ? "person" : "strategy",
    sizing: asked.sizing,
    reduceOnly: asked.reduce_only,
    allowDuplicate: asked.allow_duplicate,
    protect: planOf(asked, listing),
    lots: [],
    quote: quote?.price ?? null,
    quoteAt: (quote?.at ?? deskNow()) as InstantMs,
    marketOpen: isOpen || WAITS.has(asked.time_in_force),
    strategy: asked.strategy,
    confidence: asked.confidence === undefined ? null : ratioOf("confidence", asked.confidence),
    why: asked.reason,
    intentId: wishId,
  };
  return { command, listing };
}

/** The price that an order of now is decided on. */
export const quoteFor = ({ options }: Services, account: DeskAccount, instrument: Listing["instrument"]["id"]): Quote | null =>
  (options.quoteOf ?? lastMark)(account, instrument);

/** The last journaled mark: what a desk without a price table decides on. */
function lastMark(account: DeskAccount, instrument: Listing["instrument"]["id"]): Quote | null {
  const mark = account.state.marks.get(instrument);
  return mark === undefined ? null : { price: mark.price as Quote["price"], at: mark.at };
}

const priceOrNull = (field: string, text: string | undefined, listing: Listing): Price | null =>
  text === undefined ? null : priceOf(field, text, listing);

function termsOf(asked: Asked, listing: Listing, figures: Pick<OrderTerms, "quantity" | "limit" | "stop">): OrderTerms {
  return {
    instrument: listing.instrument.id,
    side: asked.side,
    orderType: asked.order_type,
    ...figures,
    timeInForce: asked.time_in_force,
    expiresAt: asked.expires_at === undefined ? null : (Date.parse(asked.expires_at) as InstantMs),
  };
}

function planOf(asked: Asked, listing: Listing): ProtectionPlan | null {
  const { stop_loss_price: stop, take_profit_price: target, trailing_distance: trailing } = asked;
  if (stop === undefined && target === undefined && trailing === undefined) return null;
  return {
    stop: stop === undefined ? null : { kind: "price", price: priceOf("stop_loss_price", stop, listing) },
    takeProfit: target === undefined ? null : { kind: "price", price: priceOf("take_profit_price", target, listing) },
    trailing: trailing === undefined ? null : { kind: "distance", distance: priceOf("trailing_distance", trailing, listing) },
  };
}

/** The order that an earlier attempt at the same wish placed, where the tables know it. */
export function orderOfWish(services: Services, account: DeskAccount, portfolio: PortfolioId, wishId: string): OrderId | undefined {
  const list = LISTS["order-history"];
  const found = services.options
    .history?.(account.id)
    ?.page(list, { portfolios: [portfolio], limit: 1, after: null, equals: { intent_id: wishId } });
  return found?.rows[0]?.["order_id"] as OrderId | undefined;
}
