declare const brand: unique symbol;
/** A base type that only its own constructor or parser makes, so that one id cannot stand where another should. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** An account with one venue: the unit of single-writer work. Slug. */
export type AccountId = Brand<string, "AccountId">;
/** A portfolio inside an account. Slug, unique without regard to case. */
export type PortfolioId = Brand<string, "PortfolioId">;
/** What can be owned: a currency, coin, share, contract. "USD", "BTC", "SPY@XNYS". */
export type AssetId = Brand<string, "AssetId">;
/** What can be traded: `SYMBOL@VENUE`. */
export type InstrumentId = Brand<string, "InstrumentId">;
/** A portfolio order: a sequence within the account, from 1. Assigned by the engine. */
export type OrderId = Brand<number, "OrderId">;
/** A venue order: a sequence within the account, from 1; with account and epoch it makes the client order id (FIX 11). */
export type VenueOrderSeq = Brand<number, "VenueOrderSeq">;
/** A lot: a sequence within the account, from 1. */
export type LotId = Brand<number, "LotId">;
/** The venue's name of one execution without its version (FIX 17); unique within the account (I12). */
export type ExecutionId = Brand<string, "ExecutionId">;
/** Milliseconds since 1970 UTC; comes in with the command, never from a clock. */
export type InstantMs = Brand<number, "InstantMs">;
/** A calendar date in some zone, `YYYY-MM-DD`; decided once outside core and stored. */
export type BusinessDate = Brand<string, "BusinessDate">;

const SLUG = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;
/** True for what may name an account or portfolio: lower case letters, digits, `-` and `_`, at most 64. */
export const isSlug = (text: string): boolean => SLUG.test(text);
