/** How patient the adapter is. All in ms. */
export type VenueTimings = Readonly<{
  /** After which one request counts as unanswered. */
  requestMs: number;
  /** How long an order may wait for the rate budget before it is told that it never left. */
  waitMs: number;
  /** Before the first attempt to connect again; doubled each time, up to the longest. */
  backOffMs: number;
  backOffMaxMs: number;
  /** Before a clock that was too wrong is looked at again. */
  refusedMs: number;
  /** Silence after which the exchange is asked for its time. */
  quietMs: number;
  /** Between two looks at the exchange's clock. */
  clockMs: number;
  /** Between two questions about orders and trades while orders work: streams are hints. */
  pollMs: number;
  /** Between trades that were asked for and asking again for the same. */
  tradesMs: number;
  /** How far back trades are asked for again, so that late ones are found. */
  overlapMs: number;
  /** How old the list of markets may be where somebody asks of contracts. */
  marketsMs: number;
}>;

export const VENUE_TIMINGS: VenueTimings = {
  requestMs: 10_000,
  waitMs: 3_000,
  backOffMs: 1_000,
  backOffMaxMs: 30_000,
  refusedMs: 30_000,
  quietMs: 15_000,
  clockMs: 300_000,
  pollMs: 5_000,
  tradesMs: 1_000,
  overlapMs: 60_000,
  marketsMs: 3_600_000,
};
