import { type InstrumentId, UNATTRIBUTED } from "@bulkhead/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { GatewayDesk } from "./gateway-desk.ts";

const AAPL = "AAPL@XNAS" as InstrumentId;

let folder = "";
let desk: GatewayDesk;
beforeEach(() => {
  folder = newFolder();
  desk = new GatewayDesk(folder);
});
afterEach(async () => {
  await desk.close();
  removeFolder(folder);
});

const kept = () => desk.account.state.contracts.get(AAPL);
const modeOf = () => desk.account.state.modes.get(`instrument:${AAPL}`)?.reason;

/** Three shares are held, and the contract behind them is known. */
async function holding() {
  const { control } = await desk.startGateway({ masterClient: 7, cash: { USD: "1000000" } });
  await desk.start();
  await desk.until(() => desk.mode === "ready", "attached", 200);
  control.trade({ symbol: "AAPL", side: "BUY", quantity: "3", price: "200" });
  await desk.until(() => desk.held(UNATTRIBUTED, AAPL) === 3, "booked", 1_000);
  await desk.until(() => kept()?.told?.venueKey === "265598", "known", 1_000);
  return control;
}

/** The connection is lost and regained, and everything compared. */
async function again(control: Awaited<ReturnType<typeof holding>>): Promise<void> {
  control.disconnect();
  await desk.until(() => desk.mode !== "ready", "lost", 500);
  await desk.until(() => desk.mode === "ready", "compared again", 500);
}

test("[LIVE-50] M8 a share that is renamed at TWS keeps its instrument, its holders and its fills, by its contract id", async () => {
  const control = await holding();
  control.contract("AAPL", { symbol: "APPL" });
  await again(control);
  await desk.until(() => kept()?.told?.symbol === "APPL", "told of the name", 1_000);
  control.trade({ symbol: "APPL", side: "BUY", quantity: "2", price: "200" });
  await desk.until(() => desk.held(UNATTRIBUTED, AAPL) === 5, "booked under the old id", 1_000);
  expect([kept()?.version, modeOf()]).toEqual([1, undefined]);
  expect([...desk.account.state.listings.keys()]).not.toContain("APPL@XNAS");
});

test("[LIVE-50] M8 another tick is another version, another contract of the name takes no entries, and one that is gone neither", async () => {
  const control = await holding();
  control.contract("AAPL", { minTick: "0.05" });
  await again(control);
  await desk.until(() => kept()?.version === 2, "followed", 1_000);
  control.contract("AAPL", { conId: 900_000_777 });
  await again(control);
  await desk.until(() => kept()?.doubt !== null, "doubted", 1_000);
  expect(modeOf()).toBe("CONTRACT_CHANGED: contract id 265598, now 900000777");
  control.contract("AAPL", { listed: false });
  await again(control);
  await desk.until(() => kept()?.doubt?.told === null, "gone", 1_000);
  // What is held of it is held, also where TWS tells no details of it any more.
  const barrier = desk.account.state.reconciliation.barrierAt ?? 0;
  await desk.until(() => (desk.account.state.reconciliation.barrierAt ?? 0) > barrier, "compared", 5_000);
  expect([desk.held(UNATTRIBUTED, AAPL), desk.apart()]).toEqual([3, []]);
});

test("[LIVE-50] M8 a question about a contract that TWS did not answer is asked again within minutes", async () => {
  const control = await holding();
  control.contract("AAPL", { listed: false });
  control.fault({ fault: "lose-request", request: "reqContractDetails", times: 2 });
  await again(control);
  const from = desk.clock.now();
  await desk.until(() => kept()?.doubt?.told === null, "gone", 5_000);
  // Not with the next round, six hours after.
  expect(desk.clock.now() - from).toBeLessThan(3 * 3_600_000);
});
