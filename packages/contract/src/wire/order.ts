import { z } from "zod";
import { Decimal, Instant, InstrumentText, Slug, UnsignedDecimal, words } from "./scalars.ts";

export const PlaceOrderBody = z
  .strictObject({
    portfolio_id: Slug.optional().meta({ description: "May only be left out where the account has exactly one portfolio (C5)." }),
    instrument: InstrumentText,
    side: z.enum(["buy", "sell"]),
    quantity: UnsignedDecimal.optional().meta({ description: "Units. Or say amount; a strategy's order may say neither." }),
    amount: UnsignedDecimal.optional().meta({
      description:
        "What it is worth, in the instrument's quote currency, at its limit, else its stop, else the quote; rounded down to whole increments. A strategy's order without quantity and amount is worth its portfolio's trade_amount.",
    }),
    order_type: z.enum(["market", "limit", "stop", "stop_limit"]).default("market"),
    limit_price: UnsignedDecimal.optional(),
    stop_price: UnsignedDecimal.optional(),
    time_in_force: z.enum(["day", "gtc", "gtd", "ioc", "fok"]).default("day"),
    expires_at: z.iso.datetime().optional().meta({ description: "End of a gtd order." }),
    sizing: z.enum(["exact", "reduce"]).default("exact").meta({ description: "reduce: take what the limits allow instead of nothing." }),
    reduce_only: z.boolean().default(false),
    allow_duplicate: z.boolean().default(false).meta({ description: "Meant as it is although the same order was just placed." }),
    stop_loss_price: UnsignedDecimal.optional(),
    take_profit_price: UnsignedDecimal.optional(),
    trailing_distance: UnsignedDecimal.optional(),
    strategy: z
      .string()
      .max(128)
      .regex(/^[A-Za-z0-9._-]*$/)
      .default(""),
    confidence: UnsignedDecimal.optional().meta({ description: "A fraction: 0.8." }),
    reason: words(500).default("").meta({ type: "string", maxLength: 500 }),
  })
  .meta({ id: "PlaceOrder" });
export type PlaceOrderBody = z.output<typeof PlaceOrderBody>;

export const ReplaceOrderBody = z
  .strictObject({ quantity: UnsignedDecimal.optional(), limit_price: UnsignedDecimal.optional(), stop_price: UnsignedDecimal.optional() })
  .meta({ id: "ReplaceOrder", description: "A field left out stays as it is." });
export type ReplaceOrderBody = z.output<typeof ReplaceOrderBody>;

/** The gate's verdict (RISK_RULES): asked, allowed, which rule of whom, what it allows and what the order would have made it. */
export const ReceiptBody = z
  .object({
    portfolio_id: z.string(),
    instrument: z.string(),
    side: z.enum(["buy", "sell"]),
    asked: Decimal,
    allowed: Decimal,
    verdict: z.enum(["allowed", "reduced", "denied"]),
    rule: z.string().nullable(),
    scope: z.string().nullable(),
    bound: Decimal.nullable(),
    observed: Decimal.nullable(),
    rule_reason: z.string().meta({ description: "Of a mode, a kill switch or a trading state its name and why it holds; else empty." }),
    sentence: z.string().nullable().meta({ description: "The rule's sentence of the catalogue with its figures." }),
  })
  .meta({ id: "Receipt" });
export type ReceiptBody = z.infer<typeof ReceiptBody>;

export const OrderRow = z
  .object({
    order_id: z.number().int(),
    portfolio_id: z.string(),
    symbol: z.string(),
    instrument: z.string(),
    side: z.enum(["buy", "sell"]),
    quantity: Decimal,
    filled: Decimal,
    leaves: Decimal,
    order_type: z.string(),
    limit_price: Decimal.nullable(),
    stop_price: Decimal.nullable(),
    time_in_force: z.string(),
    expires_at: Instant.nullable(),
    status: z.string(),
    origin: z.string(),
    reserved: Decimal,
    reserved_asset: z.string(),
    fees: Decimal,
    client_order_id: z.string(),
    venue_order_id: z.string().nullable(),
    placed_at: Instant,
  })
  .meta({ id: "Order" });
export type OrderRow = z.infer<typeof OrderRow>;

/** What placing did: the order, or null where a retry found that it was placed before and has left the engine since. */
export const PlacedOrder = z
  .object({ order: OrderRow.nullable(), receipt: ReceiptBody.nullable(), repeated: z.boolean() })
  .meta({ id: "PlacedOrder" });

/** What placing would do now. `would` says it in a word. */
export const OrderPreview = z
  .object({
    would: z.enum(["place", "reduce", "deny", "refuse"]),
    portfolio_id: z.string(),
    instrument: z.string(),
    side: z.enum(["buy", "sell"]),
    asked: Decimal,
    allowed: Decimal,
    reserved: Decimal,
    reserved_asset: z.string().nullable(),
    quote: Decimal.nullable(),
    notional: Decimal.nullable().meta({ description: "What is allowed, at the quote or limit, in the quote currency." }),
    fee: Decimal.nullable().meta({ description: "What filling it at once would be charged by the account's fee model." }),
    fee_asset: z.string().nullable(),
    cash_after: Decimal.nullable().meta({ description: "The portfolio's cash in the quote currency once all of it is filled." }),
    position_before: Decimal,
    position_after: Decimal,
    weight_after: Decimal.nullable().meta({ description: "Of the portfolio's equity: a fraction." }),
    risk_added: Decimal.nullable().meta({ description: "Lost at the stop that comes with it, base currency; null without one." }),
    account_before: Decimal.meta({ description: "What the account holds of it, all portfolios netted: what the venue sees." }),
    account_after: Decimal,
    receipt: ReceiptBody.nullable(),
    code: z.string().nullable(),
    sentence: z.string().nullable(),
  })
  .meta({ id: "OrderPreview" });
