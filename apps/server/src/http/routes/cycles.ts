import { CycleRow, pageOf } from "@bulkhead/contract";
import type { Cycle, CyclePart } from "../../desk/cycles.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { pageOfRows } from "../paging.ts";
import { iso } from "../rows/figures.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { ScopedQuery } from "./books.ts";

/** The desk's last cycles: which strategies were asked, how long that took, and what came of it. */
export function cyclesRoute(api: Api): void {
  const { desk, options } = api.services;
  api.read(
    {
      path: "/api/cycles",
      operationId: "listCycles",
      summary: "The last cycles of the desk, newest first",
      action: "read",
      query: ScopedQuery,
      answer: pageOf(CycleRow),
      csv: true,
    },
    ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const cycles = options.cycles?.(account.id);
      if (cycles === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE", {}, { headers: { "Retry-After": "2" } });
      const { portfolios, all } = selectionOf(account, principal, query.portfolio_id);
      const ids = new Set(portfolios.map(({ id }) => id));
      const { durableSeq } = account;
      const rows = cycles
        .filter(({ seq }) => seq <= durableSeq)
        .map((cycle) =>
          cycleRow(
            cycle,
            [...cycle.parts.values()]
              .filter(({ portfolio }) => ids.has(portfolio))
              .toSorted((a, b) => (a.portfolio < b.portfolio ? -1 : 1)),
          ),
        )
        .filter(({ portfolios_asked: asked }) => all || asked > 0);
      const page = pageOfRows(rows, ({ cycle_id: id }) => String(id), query);
      return { body: { ...one(account, durableSeq, page.rows), next_cursor: page.next } };
    },
  );
}

/** Counts are those of the portfolios that are shown. */
function cycleRow({ id, at, instruments, bars, decidedMs, durationMs }: Cycle, parts: readonly CyclePart[]): CycleRow {
  const sum = (count: (part: CyclePart) => number): number => parts.reduce((total, part) => total + count(part), 0);
  return {
    cycle_id: id,
    at: iso(at),
    instruments: [...instruments],
    bars,
    portfolios_asked: parts.filter(({ evaluations }) => evaluations > 0).length,
    evaluations: sum(({ evaluations }) => evaluations),
    intents: sum(({ intents }) => intents),
    orders: sum(({ orders }) => orders),
    denials: sum(({ denials }) => denials),
    refusals: sum(({ refusals }) => refusals),
    faults: sum(({ faults }) => faults),
    decided_ms: Math.round(decidedMs * 1_000) / 1_000,
    duration_ms: Math.round(durationMs * 1_000) / 1_000,
    portfolios: parts.map(({ portfolio, ...counts }) => ({ portfolio_id: portfolio, ...counts })),
  };
}
