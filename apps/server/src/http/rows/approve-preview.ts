import { type ApprovePreview, explain } from "@bulkhead/contract";
import { type AssetId, type Break, type Command, type Event, preview, type StateView, type View } from "@bulkhead/core";
import { type About, standingRow } from "./standing-rows.ts";

export type UnitRatio = Readonly<{ numerator: number; denominator: number }>;

/** What the engine would make of an approval, with nothing applied: everybody who holds it before and after, and what ends with it. */
export function approvePreview(state: StateView, item: View<Break>, ratio: UnitRatio | null, at: number): ApprovePreview {
  const command = { type: "ApproveProposal", by: "preview", breakId: item.id, ratio, reason: "preview", at } as Command;
  const step = preview(state, command);
  const about = { break_id: item.id, proposal: item.proposal };
  if (!step.ok) {
    const { code, params } = step.refusal;
    const problem = { code, detail: explain(code, params) };
    return { ...about, ratio: null, holdings: [], called_back: [], exits_ended: [], problem };
  }
  return { ...about, ...comesTo(state, step.events), problem: null };
}

type ComesTo = Pick<ApprovePreview, "ratio" | "holdings" | "called_back" | "exits_ended">;

function comesTo(state: StateView, events: readonly Event[]): ComesTo {
  const said = { ratio: null as string | null, holdings: [] as ApprovePreview["holdings"] };
  const calledBack: ApprovePreview["called_back"] = [];
  const exitsEnded: ApprovePreview["exits_ended"] = [];
  for (const event of events) {
    if (event.type === "ProposalApproved") said.holdings.push(holdingOf(state, events, event.asset));
    if (event.type === "SplitApplied") said.ratio = `${event.numerator}:${event.denominator}`;
    if (event.type === "CancelRequested")
      calledBack.push({ order_id: event.order, portfolio_id: state.orders.get(event.order)?.portfolio ?? "" });
    if (event.type === "ProtectionEnded") exitsEnded.push({ portfolio_id: event.portfolio, instrument: event.instrument });
  }
  return { ...said, called_back: calledBack, exits_ended: exitsEnded };
}

function holdingOf(state: StateView, events: readonly Event[], asset: AssetId): ApprovePreview["holdings"][number] {
  const currency = state.primary.get(asset)?.quote.id ?? state.account?.base.id ?? asset;
  const about: About = { asset, currency };
  const standings = [...state.portfolios.keys()].map((portfolio) => standingRow(state, events, about, portfolio));
  return { asset, currency, standings: standings.filter((row) => row.quantity_before !== "0" || row.quantity_after !== "0") };
}
