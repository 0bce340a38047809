import { type InstantMs, isTerminal, type LiveVenue, type VenueInstrument, type VenueOrderSeq } from "@bulkhead/core";
import { isMore } from "@bulkhead/money";
import type { SuiteBooks } from "./suite-books.ts";

const SECTIONS = ["positions", "cash", "orders", "executions"] as const;

/** Looks as the desk does: what is unknown is looked up, then everything is asked for and compared. False where a part was not told. */
export async function lookAll(venue: LiveVenue, books: SuiteBooks, process: number, since: InstantMs): Promise<boolean> {
  for (const seq of books.open()) if (books.order(seq).status === "unknown") await lookUp(venue, books, seq);
  const snapshot = await venue.snapshot(SECTIONS, since);
  books.compare(snapshot, process);
  const { quiet, positions, cash, openOrders, endedOrders, executionsSince } = snapshot;
  // What is shown no more has ended, where that is not listed: it is asked for (LIVE-49).
  if (openOrders !== null && endedOrders === null)
    for (const seq of books.working()) if (!openOrders.some(({ venueOrder }) => venueOrder === seq)) await lookUp(venue, books, seq);
  return quiet && positions !== null && cash !== null && openOrders !== null && executionsSince !== null;
}

/** Asks for one order by our id, and books what is found of it. */
async function lookUp(venue: LiveVenue, books: SuiteBooks, seq: VenueOrderSeq): Promise<void> {
  const epoch = books.engine.state.venueOrders.get(seq)?.epoch ?? 1;
  const said = await venue.lookUp(seq, epoch);
  if (!("found" in said)) return;
  const { found } = said;
  const at = books.engine.state.at;
  const { venueOrderId } = found.tag;
  if (venueOrderId !== "") books.run({ type: "RecordAck", at, venueOrder: seq, venueOrderId });
  const order = books.order(seq);
  if (isTerminal(order.status) || isMore(found.filled, order.filled as typeof found.filled)) return;
  const ends = { canceled: "RecordCancel", rejected: "RecordReject", expired: "RecordExpiry" } as const;
  if (found.status !== "working" && found.status !== "filled")
    books.run({ type: ends[found.status], at, venueOrder: seq, reason: found.reason });
}

/** The instrument of exactly this symbol. */
export async function findIn(venue: LiveVenue, symbol: string): Promise<VenueInstrument> {
  const found = await venue.search(symbol);
  const [first] = "failed" in found ? [] : found.filter(({ instrument }) => instrument.symbol.replace(/[^A-Z0-9]/g, "") === symbol);
  if (first === undefined) throw new Error(`no ${symbol}: ${JSON.stringify(found)}`);
  return first;
}
