import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountId, InstrumentId } from "@bulkhead/core";
import { startDesk } from "@bulkhead/server";
import { startGateway } from "@bulkhead/tws-gateway";
import { expect, onTestFinished, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { soon } from "../kit/soon.ts";

test("[LIVE-29] S0.2 one connection carries orders and prices: a desk starts from its file on the market data of its own account", async () => {
  const folder = newFolder();
  const gateway = await startGateway({ prices: { AAPL: "201.94" }, positions: [{ symbol: "AAPL", quantity: "300", averageCost: "150" }] });
  const config = join(folder, "bulkhead.toml");
  writeFileSync(
    config,
    `[account]\nvenue = "ibkr"\naccess = "trade"\n[account.ibkr]\nport = ${gateway.port}\n[feed]\nsource = "ibkr"\nsymbols = ["AAPL"]\n[[portfolio]]\nid = "momentum"\n`,
  );
  const started = await startDesk({ data: join(folder, "data"), config, environment: {}, workingFolder: folder });
  onTestFinished(async () => {
    await started.desk.stop();
    await gateway.close();
    removeFolder(folder);
  });
  const account = started.desk.accounts.get("main" as AccountId);
  await soon(() => expect(account?.live?.status.compared).toBe(true));
  expect(account?.live?.status).toMatchObject({ compared: true, session: { state: "ready", number: 1, account: "DU1234567" } });
  expect(gateway.clients()).toEqual([1]);
  expect(started.desk.feed.series.map(({ instrument }) => instrument)).toEqual(["AAPL@XNAS"]);
  expect(account?.state.listings.has("AAPL@XNAS" as InstrumentId)).toBe(true);
  expect(account?.state.reconciliation.breaks.size).toBe(0);
  expect(account?.haltReason).toBeUndefined();
});
