import type { ListRow } from "@bulkhead/contract";
import { expect, test } from "vitest";
import { slicesOf } from "./slices.ts";

const trade = (row: Partial<ListRow<"trades">>): ListRow<"trades"> =>
  ({
    bot_version: "",
    strategy: "",
    run_id: "",
    status: "closed",
    realized_pnl: "0",
    fees: "0",
    net_pnl_base: "0",
    opened_at: "2026-01-01",
    ...row,
  }) as ListRow<"trades">;

test("S2.46: round trips are put together by version and strategy, sums exact, the newest version first", () => {
  const slices = slicesOf([
    trade({ bot_version: "v1", realized_pnl: "0.1", fees: "0.01", net_pnl_base: "0.09", run_id: "a" }),
    trade({ bot_version: "v1", realized_pnl: "0.2", fees: "0.01", net_pnl_base: "-0.3", run_id: "b", opened_at: "2026-02-01" }),
    trade({ bot_version: "v2", status: "open", realized_pnl: "0", net_pnl_base: null, opened_at: "2026-03-01" }),
  ]);
  expect(slices).toMatchObject([
    { version: "v2", trades: 1, open: 1, won: null, net: "0" },
    {
      version: "v1",
      trades: 2,
      open: 0,
      won: "0.5",
      realized: "0.3",
      fees: "0.02",
      net: "-0.21",
      runs: 2,
      first: "2026-01-01",
      last: "2026-02-01",
    },
  ]);
  expect(slicesOf([])).toEqual([]);
});
