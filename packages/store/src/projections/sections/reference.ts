import { type Event, type ExecutionBooked, unreachable } from "@bulkhead/core";

/** An event that books something. */
export type EventWithPostings = Extract<Event, { postings: unknown }>;

/** Id under which an entry was booked. */
export function referenceOf(event: Exclude<EventWithPostings, ExecutionBooked | { type: "ExecutionCorrected" }>): string {
  switch (event.type) {
    case "CapitalMoved":
    case "PositionMoved":
      return event.transferId;
    case "FeeBooked":
      return event.feeId;
    case "IncomeBooked":
      return event.incomeId;
    case "SplitApplied":
    case "PositionConverted":
      return event.actionId;
    case "CurrencyConverted":
      return event.conversionId;
    case "CashBooked":
      return event.cashId;
    case "BaselineAdopted":
    case "DifferencesBooked":
      return event.snapshotId;
    case "BreakWrittenOff":
    case "ProposalApproved":
      return event.breakId;
    case "AssignmentUndone":
      return event.assignmentId;
    default:
      return unreachable(event);
  }
}
