import { type AccountConfig, type CcxtConfig, cashScale, type IbkrConfig, type SecretReference } from "@bulkhead/contract";
import {
  type AccountId,
  type Asset,
  type AssetId,
  type InstrumentId,
  isOrderOf,
  type Listing,
  type LiveVenue,
  type StateView,
  type VenueOrderSeq,
} from "@bulkhead/core";
import type { IbkrOptions } from "@bulkhead/venues";
import { type SecretPlaces, textOf } from "../alarms/channel.ts";
import { DeskProblem } from "../desk/problem.ts";
import { clientOf } from "./client-of.ts";

export type BrokerSurroundings = Readonly<{
  /** The account's books as they are now. */
  state: () => StateView;
  /** The desk's clock. */
  now: () => number;
  /** Where keys are found. */
  places: SecretPlaces;
  /** Another clock and another chance than the machine's, for the waits of a connection to IBKR. */
  waits?: Pick<IbkrOptions, "clock" | "chance">;
}>;

/** The way to the broker that a configuration names; nothing is connected yet. Its room is loaded only here. Throws `DeskProblem`. */
export async function openBroker(account: AccountConfig, around: BrokerSurroundings): Promise<LiveVenue> {
  const { broker } = account;
  try {
    if (broker?.kind === "ibkr") return await openIbkr(account, broker, around);
    if (broker?.kind === "ccxt") return await openCcxt(account, broker, around);
  } catch (error) {
    // A key that is missing, options that contradict each other: its words name what, and hold no secret.
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeskProblem("DESK_VENUE_REFUSED", { account: account.id, reason });
  }
  throw new DeskProblem("DESK_VENUE_REFUSED", { account: account.id, reason: "it names no broker" });
}

const modeOf = ({ mode }: AccountConfig): "paper" | "live" => (mode === "live" ? "live" : "paper");

async function openIbkr(account: AccountConfig, broker: IbkrConfig, { state, waits }: BrokerSurroundings): Promise<LiveVenue> {
  const { openIbkrVenue } = await import("@bulkhead/venues");
  return await openIbkrVenue({
    account: account.id as AccountId,
    mode: modeOf(account),
    expectedAccount: broker.account,
    host: broker.host,
    port: broker.port,
    clientId: broker.clientId,
    extraClients: broker.extraClients.map(({ clientId }) => clientId),
    clientOf: (submit) => clientOf(broker.extraClients, state(), submit),
    zone: broker.timeZone,
    books: booksOf(state),
    cashScale,
    orderInBooks: (identity) => orderInBooks(state(), identity),
    chance: Math.random,
    ...waits,
  });
}

async function openCcxt(account: AccountConfig, broker: CcxtConfig, { state, now, places }: BrokerSurroundings): Promise<LiveVenue> {
  const { openCcxtVenue } = await import("@bulkhead/venues");
  const key = (reference: SecretReference | null): string => (reference === null ? "" : textOf(reference, places));
  const optional = (reference: SecretReference | null): string | undefined => (reference === null ? undefined : textOf(reference, places));
  return openCcxtVenue({
    exchange: broker.exchange,
    account: account.id as AccountId,
    mode: modeOf(account),
    environment: broker.environment,
    kinds: broker.markets,
    keys: { apiKey: key(broker.apiKey), secret: key(broker.secret), password: optional(broker.password), uid: optional(broker.uid) },
    expectedAccount: broker.account,
    url: broker.url,
    stream: broker.stream,
    cashScale,
    books: booksOf(state),
    orderInBooks: (identity) => orderInBooks(state(), identity),
    now,
  });
}

const booksOf = (state: () => StateView) => () => {
  const { listings, assets, contracts } = state();
  const keys = new Map([...contracts].flatMap(([id, { told }]) => (told === null || told.venueKey === "" ? [] : [[id, told.venueKey]])));
  return { listings: listings as ReadonlyMap<InstrumentId, Listing>, assets: assets as ReadonlyMap<AssetId, Asset>, keys };
};

/**
 * What one of our orders trades, as the books have it. Orders of past days have left the tables: their executions still say it. Undefined
 * where the books never made it, or made it before they were restored (its epoch says so).
 */
function orderInBooks(
  state: StateView,
  { epoch, venueOrder }: Readonly<{ epoch: number; venueOrder: VenueOrderSeq }>,
): InstrumentId | undefined {
  if (!isOrderOf(state, { epoch, venueOrder })) return undefined;
  const known = state.venueOrders.get(venueOrder);
  if (known !== undefined) return known.instrument;
  for (const execution of state.executions.values()) if (execution.venueOrder === venueOrder) return execution.instrument;
  return undefined;
}
