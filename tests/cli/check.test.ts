import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway } from "@bulkhead/tws-gateway";
import { expect, onTestFinished, test } from "vitest";
import { bulkhead, temporary } from "./command.ts";

test("[IBKR-90] S3.4 bulkhead check ibkr tries every client id of the configuration, and ends with 1 where one is not free", async () => {
  const gateway = await startGateway({ prices: { AAPL: "201.94" } });
  onTestFinished(() => gateway.close());
  const folder = temporary();
  writeFileSync(
    join(folder, "bulkhead.toml"),
    `[account]
venue = "ibkr"
[account.ibkr]
account = "DU1234567"
port = ${gateway.port}
client_id = 7
[[account.ibkr.client]]
client_id = 8
portfolios = ["momentum"]
[[account.ibkr.client]]
client_id = 9
strategies = ["trend"]
[feed]
source = "ibkr"
symbols = ["AAPL"]
[[portfolio]]
id = "momentum"
`,
  );
  const check = () => bulkhead(["check", "ibkr", "--data", join(folder, "data")], { folder });
  const good = await check();
  expect([good.err, good.code]).toEqual(["", 0]);
  expect(good.out).toMatch(/^good {5}client-id +Client id 7 is free\.$/m);
  expect(good.out).toMatch(/^good {5}own-client-ids +Client ids 8, 9 are free as well\.$/m);
  gateway.control.fault({ fault: "client-id-in-use", client: 9, times: "always" });
  const bad = await check();
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/^BAD {6}own-client-ids +Client id 9 is in use \(326\)/m);
  expect(bad.out).not.toContain("Client id 8");
});
