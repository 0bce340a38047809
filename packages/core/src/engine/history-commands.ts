import { unreachable } from "../assert.ts";
import {
  executionsCovered,
  type HistoryCommand,
  type HistoryEvent,
  type Span,
  uncovered,
  withCovered,
  withGap,
} from "../reconcile/history.ts";
import type { State, StateView } from "../state.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

type SpanCommand = Exclude<HistoryCommand, { type: "NameStatementContract" }>;

/** Refuses a stretch that ends before it begins, a gap that is not there, a name of nothing. */
export function decideHistory(state: StateView, command: HistoryCommand): Step {
  if (command.type === "NameStatementContract") return nameContract(state, command);
  const { from, to } = command;
  const isSpan = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from < to;
  return isSpan ? decideSpan(state, command) : refuse("SPAN_INVALID", { from, to });
}

function decideSpan(state: StateView, command: SpanCommand): Step {
  const { from, to } = command;
  const { gaps, covered } = state.reconciliation.history;
  switch (command.type) {
    case "RecordHistoryGap": {
      const left = uncovered([{ from, to }], [...executionsCovered(covered), ...gaps]);
      return done(left.map((span) => ({ type: "HistoryGapFound", ...span })));
    }
    case "RecordCoverage": {
      const { source, statementAccount, executions, by } = command;
      const alike = covered.filter(
        (each) =>
          each.source === source &&
          each.executions === executions &&
          // A file that does not say whose it is says nothing new where another did.
          (each.statementAccount === statementAccount || statementAccount === ""),
      );
      if (uncovered([{ from, to }], alike).length === 0) return NOTHING;
      return done([{ type: "HistoryCovered", from, to, by, source, statementAccount, executions }]);
    }
    case "CloseHistory": {
      const { by, adopts, reason } = command;
      if (reason === "") return refuse("REASON_MISSING");
      if (!touches(gaps, command)) return refuse("HISTORY_GAP_UNKNOWN", { from, to });
      return done([{ type: "HistoryClosed", from, to, by, adopts, reason }]);
    }
    default:
      return unreachable(command);
  }
}

const touches = (gaps: readonly Span[], { from, to }: Span): boolean => gaps.some((gap) => from < gap.to && to > gap.from);

/** Said once and kept; said otherwise later, it is otherwise from then on. */
function nameContract(state: StateView, { by, name, instrument }: Extract<HistoryCommand, { type: "NameStatementContract" }>): Step {
  if (name === "") return refuse("INSTRUMENT_UNKNOWN", { instrument: name });
  if (!state.listings.has(instrument)) return refuse("INSTRUMENT_UNKNOWN", { instrument });
  if (state.reconciliation.history.names.get(name) === instrument) return NOTHING;
  return done([{ type: "StatementContractNamed", by, name, instrument }]);
}

export function evolveHistory(state: State, event: HistoryEvent): void {
  const { history } = state.reconciliation;
  switch (event.type) {
    case "HistoryGapFound":
      history.gaps = withGap(history.gaps, event);
      return;
    case "HistoryCovered": {
      const { from, to, source, statementAccount, executions } = event;
      history.covered = withCovered(history.covered, { from, to, source, statementAccount, executions });
      if (executions) history.gaps = uncovered(history.gaps, [event]);
      return;
    }
    case "HistoryClosed":
      history.gaps = uncovered(history.gaps, [event]);
      return;
    case "StatementContractNamed":
      history.names.set(event.name, event.instrument);
      return;
    default:
      unreachable(event);
  }
}

const TYPES: Readonly<Record<HistoryEvent["type"], true>> = {
  HistoryGapFound: true,
  HistoryCovered: true,
  HistoryClosed: true,
  StatementContractNamed: true,
};

/** Whether an event is about what was missed of the venue's history. */
export const isHistoryEvent = (event: Readonly<{ type: string }>): event is HistoryEvent => Object.hasOwn(TYPES, event.type);
