import { type InstrumentId, UNATTRIBUTED } from "@bulkhead/core";
import { expect, test } from "vitest";
import { eachWith } from "./each-with.ts";
import { GatewayDesk } from "./gateway-desk.ts";

let desk: GatewayDesk;
eachWith((folder) => {
  desk = new GatewayDesk(folder);
  return desk;
});

test("[LIVE-36] I3 balances that are told in cents differ by cents or not at all: what lies beyond opens no break", async () => {
  const { control } = await desk.startGateway({ masterClient: 7, cash: { USD: "1000000" } });
  await desk.start();
  await desk.until(() => desk.mode === "ready", "attached", 200);
  // Its value and commission have four places: 3 × 201.0033 + 1.00.
  control.trade({ symbol: "AAPL", side: "BUY", quantity: "3", price: "201.0033" });
  await desk.until(() => desk.held(UNATTRIBUTED, "AAPL@XNAS" as InstrumentId) === 3, "booked", 1_000);
  const barrier = desk.account.state.reconciliation.barrierAt ?? 0;
  await desk.until(() => (desk.account.state.reconciliation.barrierAt ?? 0) > barrier, "compared", 5_000);
  const cash = [...desk.account.state.reconciliation.breaks.values()].filter(({ kind }) => kind === "cash");
  expect(cash).toEqual([]);
  expect(desk.apart()).toEqual([]);

  control.cash("USD", "-0.01", "a fee");
  const before = desk.account.state.reconciliation.barrierAt ?? 0;
  await desk.until(() => (desk.account.state.reconciliation.barrierAt ?? 0) > before, "compared again", 5_000);
  const [found] = [...desk.account.state.reconciliation.breaks.values()].filter(({ kind }) => kind === "cash");
  expect(Number(found?.amount)).toBeCloseTo(-10_000, -4);
});
