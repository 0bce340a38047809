import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AT_GATEWAY, GatewayDesk } from "./gateway-desk.ts";

test("[LIVE-53] S3.9 with the Read-Only box of the gateway ticked a desk that looks on adopts what is held, and compares it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-read-only-"));
  const desk = new GatewayDesk(
    folder,
    AT_GATEWAY.replace('access = "trade"', 'access = "read-only"').replaceAll(/starting_cash = .*\n/g, ""),
  );
  onTestFinished(async () => {
    await desk.stop();
    await desk.gateway?.close();
    rmSync(folder, { recursive: true });
  });
  const gateway = await desk.startGateway({ readOnly: true, positions: [{ symbol: "AAPL", quantity: "40", averageCost: "180" }] });
  await desk.start();
  await desk.until(() => desk.account.state.reconciliation.baselineAt !== null, "what is held is adopted", 50);
  await desk.until(() => desk.mode === "ready", "compared", 50);
  expect(desk.apart()).toEqual([]);
  expect(desk.account.live?.status.failing).toEqual([]);
  gateway.control.trade({ symbol: "AAPL", side: "BUY", quantity: "5", price: "202" });
  await desk.until(
    () => [...desk.account.state.reconciliation.breaks.values()].some(({ kind }) => kind === "position"),
    "a trade by hand",
    500,
  );
});
