import type { ListRow } from "@bulkhead/contract";
import { expect, test } from "vitest";
import { differenceOf, slicesOf, type Version } from "./slices.ts";

const trade = (row: Partial<ListRow<"trades">>): ListRow<"trades"> =>
  ({
    bot_version: "",
    strategy: "cross",
    run_id: "",
    status: "closed",
    realized_pnl: "0",
    fees: "0",
    net_pnl_base: "0",
    opened_at: "2026-01-01",
    ...row,
  }) as ListRow<"trades">;

const version = (row: Partial<Version>): Version => ({
  seq: 1,
  at: "2026-01-01",
  until_at: null,
  strategy: "cross",
  version: "1",
  code_hash: null,
  params: {},
  label: "",
  by: "ann",
  ...row,
});

test("S2.46: round trips are put together by the code and params that decided when they began, sums exact, the newest version first", () => {
  const [old, now] = [version({ seq: 1 }), version({ seq: 9, at: "2026-03-01", code_hash: "ab".repeat(32) })];
  const slices = slicesOf(
    [now, old],
    [
      trade({ realized_pnl: "0.1", fees: "0.01", net_pnl_base: "0.09", run_id: "a" }),
      trade({ realized_pnl: "0.2", fees: "0.01", net_pnl_base: "-0.3", run_id: "b", opened_at: "2026-02-01" }),
      trade({ strategy: "", opened_at: "2026-02-02" }),
      trade({ status: "open", net_pnl_base: null, opened_at: "2026-03-01" }),
      trade({ opened_at: "2025-12-31" }),
    ],
  );
  expect(slices).toMatchObject([
    { version: now, strategy: "cross", trades: 1, open: 1, won: null, net: "0" },
    { version: old, strategy: "cross", trades: 2, open: 0, won: "0.5", realized: "0.3", fees: "0.02", net: "-0.21", runs: 2 },
    { version: old, strategy: "", trades: 1 },
    { version: undefined, trades: 1 },
  ]);
  expect(slices[1]).toMatchObject({ first: "2026-01-01", last: "2026-02-01" });
  expect(slicesOf([now], [])).toMatchObject([{ version: now, strategy: "cross", trades: 0, won: null, first: null }]);
  expect(slicesOf([], [])).toEqual([]);
});

test("two versions differ line by line", () => {
  const before = version({ params: { fast: 5, slow: 20 } });
  const after = version({ params: { fast: 7, side: "both" }, code_hash: "cd", label: "b2" });
  expect(differenceOf(before, after).map(({ mark, text }) => mark + text)).toEqual([
    " strategy = cross",
    " version = 1",
    "-code = built in",
    "+code = cd",
    "-label = none",
    "+label = b2",
    "-params.fast = 5",
    "+params.fast = 7",
    "-params.slow = 20",
    '+params.side = "both"',
  ]);
});
