import type { AssetId, Command, InstantMs, InstrumentId, PortfolioId, StateView, VenueSnapshot } from "@bulkhead/core";
import { add, type Money, moneyOfUnits, type Quantity, quantityOfUnits, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";

// The last hour of the scenario: the desk's account turns out to be kept elsewhere, and five euros more are there than the books know.

const calm = "calm" as PortfolioId;
const eur = "EUR" as AssetId;
const by = "ann";

/** What the venue tells and people answer, of the books as they are then; nothing that a portfolio owns is another afterwards. */
export function comparing(state: StateView, at: InstantMs): readonly Command[] {
  const found = { ...held(state, at), snapshotId: "1-2", cash: told(state, moneyOfUnits(5_000_000)) };
  const breakId = `cash:EUR:1-2@${at}`;
  return [
    { type: "AdoptBaseline", at, by, snapshot: held(state, at), reason: "attached" },
    { type: "RecordSnapshot", at, snapshot: found },
    { type: "ClaimOrder", at, by, venueOrderId: "p1", portfolio: calm, reason: "the old bot" },
    {
      type: "AssignUnattributed",
      at,
      by,
      breakId,
      assignmentId: "claim1",
      shares: [{ portfolio: calm, amount: moneyOfUnits(2_000_000) }],
      reason: "",
    },
    { type: "UndoAssignment", at, by, assignmentId: "claim1", reason: "not ours" },
    { type: "WriteOffBreak", at, by, breakId, category: "interest", reason: "the statement says so" },
    { type: "RecordSnapshot", at, snapshot: { ...found, snapshotId: "1-3", openOrders: [] } },
  ];
}

/** The account as the books have it, with somebody else's order working there. */
function held(state: StateView, at: InstantMs): VenueSnapshot {
  const instrument = "NEW@XNYS" as InstrumentId;
  let quantity: Quantity = ZERO_QUANTITY;
  for (const portfolio of state.portfolios.values())
    quantity = add(quantity, (portfolio.holdings.get(instrument as string as AssetId)?.quantity ?? ZERO_QUANTITY) as Quantity);
  const terms = { instrument, side: "buy", orderType: "market", limit: null, stop: null, timeInForce: "day", expiresAt: null } as const;
  const tag = { reference: "old-bot", client: "3", venueOrderId: "p1" };
  return {
    snapshotId: "1-1",
    from: at,
    to: at,
    quiet: true,
    positions: [{ instrument, quantity, averageCost: null }],
    cash: told(state, ZERO_MONEY),
    openOrders: [
      {
        venueOrder: null,
        epoch: null,
        tag,
        terms: { ...terms, quantity: quantityOfUnits(7) },
        filled: ZERO_QUANTITY,
        status: "working",
        reason: "",
      },
    ],
    endedOrders: [],
    executionsSince: at,
  };
}

/** Cash by currency over all portfolios, with so many euros more. */
function told(state: StateView, more: Money): NonNullable<VenueSnapshot["cash"]> {
  const sums = new Map<AssetId, Money>([[eur, more]]);
  for (const portfolio of state.portfolios.values())
    for (const [asset, { cash }] of portfolio.ledger)
      if (state.assets.get(asset)?.kind === "cash") sums.set(asset, add(sums.get(asset) ?? ZERO_MONEY, cash as Money));
  return [...sums].map(([asset, amount]) => ({ asset, amount }));
}
