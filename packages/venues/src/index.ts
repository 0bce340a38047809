export { type CcxtFeed, type CcxtFeedOptions, FeedRefused, openCcxtFeed } from "./ccxt/ccxt-feed.ts";
export { instrumentIdOf } from "./ccxt/live-market.ts";
export type { Timings } from "./ccxt/messages.ts";
