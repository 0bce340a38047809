import { type AssetId, type PortfolioId, type ReconcileEvent, type StateView, UNATTRIBUTED } from "@bulkhead/core";
import { type Amount, absolute, formatAmount, isNegative, isZero } from "@bulkhead/money";
import type { Words } from "../desk/speaker.ts";

/** What comparing an account with its venue, and people answering, says in the log. */
export function reconcileWords(state: StateView, event: ReconcileEvent): readonly Words[] {
  const amount = (units: Amount, asset: AssetId): string => `${formatAmount(units, state.assets.get(asset)?.scale ?? 0)} ${asset}`;
  switch (event.type) {
    case "BaselineAdopted":
      return [line(`adopted as the venue has it: ${event.differences.length} holdings, by ${event.by}: ${event.reason}`)];
    case "DifferencesBooked":
      return event.differences.map((each) =>
        line(
          `the venue has ${amount(absolute(each.amount), each.asset)} ${isNegative(each.amount) ? "less" : "more"} than the books`,
          "warn",
        ),
      );
    case "Reconciled":
      return [line(`compared with the venue (${event.snapshotId}): ${event.differences} differences`, "debug")];
    case "BreakOpened":
      return [
        line(
          `in the inbox: ${event.kind.replaceAll("_", " ")} of ${isZero(event.amount) ? event.asset : amount(event.amount, event.asset)} (${event.breakId})`,
          "warn",
        ),
      ];
    case "BreakGrown":
      return [line(`break ${event.breakId} grew by ${amount(event.amount, event.asset)}`, "debug")];
    case "BreakSettled":
      return [line(`break ${event.breakId} is settled by ${amount(event.amount, event.asset)}: ${event.reason}`)];
    case "BreakAssigned":
      return event.shares.map((share) => {
        const message = `was given ${amount(share.amount, event.asset)} of break ${event.breakId} by ${event.by} (${event.assignmentId})`;
        return line(message, "info", share.portfolio);
      });
    case "BreakWrittenOff":
      return [line(`break ${event.breakId}: ${amount(event.amount, event.asset)} written off as ${event.category} by ${event.by}`)];
    case "ProposalApproved":
      return [
        line(`break ${event.breakId}: ${amount(event.amount, event.asset)} is a ${event.proposal}, says ${event.by}: ${event.reason}`),
      ];
    case "AssignmentUndone":
      return [line(`${event.assignmentId} was undone by ${event.by}: break ${event.breakId} is open again`)];
    case "OrderClaimed":
      return [line(`order ${event.venueOrderId} of the venue is this portfolio's from now on, says ${event.by}`, "info", event.portfolio)];
    case "ExternalOrderSeen":
      return [line(`order ${event.tag.venueOrderId} of somebody else works: ${event.terms.side} ${event.terms.instrument}`, "debug")];
    case "ExternalOrderGone":
      return [line(`order ${event.venueOrderId} of somebody else is gone: ${event.reason}`, "debug")];
    case "OrderMissed":
    case "OrderVanished": {
      const of = state.owners.portfolios[event.venueOrder - 1] ?? UNATTRIBUTED;
      const level = event.type === "OrderVanished" ? "warn" : "info";
      return [line(`the venue does not show venue order ${event.venueOrder}`, level, of)];
    }
  }
}

const line = (message: string, level: Words["level"] = "info", portfolio: PortfolioId = UNATTRIBUTED): Words => ({
  level,
  source: "reconcile",
  portfolio,
  message,
  fields: {},
});
