import { type HistoryEvent, UNATTRIBUTED } from "@bulkhead/core";
import type { Words } from "../desk/speaker.ts";

/** What was missed of the venue's history, and what statements and people said of it, in the log. */
export function historyWords(event: HistoryEvent): readonly Words[] {
  switch (event.type) {
    case "HistoryGapFound":
      return [line(`executions ${stretch(event)} are not in the venue's history`)];
    case "HistoryCovered": {
      const { source, statementAccount, executions, by } = event;
      const whose = statementAccount === "" ? "" : ` of ${statementAccount}`;
      return [line(`${source} statement${whose} covers ${stretch(event)}${executions ? "" : ", without trades"}, booked by ${by}`)];
    }
    case "HistoryClosed":
      return [
        line(
          event.adopts
            ? `${event.by} answers for what may be missing ${stretch(event)}: ${event.reason}`
            : `nothing is missing ${stretch(event)} any more: ${event.reason}`,
        ),
      ];
    case "StatementContractNamed":
      return [line(`statements mean ${event.instrument} where they say ${event.name}, says ${event.by}`)];
  }
}

const stretch = ({ from, to }: Readonly<{ from: number; to: number }>): string =>
  `from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;

const line = (message: string, level: Words["level"] = "info"): Words => ({
  level,
  source: "reconcile",
  portfolio: UNATTRIBUTED,
  message,
  fields: {},
});
