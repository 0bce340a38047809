import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { startGateway } from "@bulkhead/tws-gateway";
import { expect, test } from "vitest";
import { nameOf, rawClient } from "./raw-client.ts";

// Skipped where Python lacks it: `pip install ib_async` brings it.
const hasIbAsync = spawnSync("python3", ["-c", "import ib_async"]).status === 0;
const run = promisify(execFile);

const SESSION = `
import json, sys
from ib_async import IB, LimitOrder, MarketOrder, Stock
ib = IB()
ib.connect("127.0.0.1", int(sys.argv[1]), clientId=7, timeout=10)
contract = ib.qualifyContracts(Stock("AAPL", "SMART", "USD"))[0]
filled = ib.placeOrder(contract, MarketOrder("BUY", 100, orderRef="mine"))
resting = ib.placeOrder(contract, LimitOrder("BUY", 10, 150.25))
while not filled.isDone() or not filled.fills or filled.fills[0].commissionReport.execId == "":
    ib.waitOnUpdate(timeout=5)
ib.cancelOrder(resting.order)
while not resting.isDone():
    ib.waitOnUpdate(timeout=5)
print(json.dumps({
    "version": ib.client.serverVersion(),
    "filled": filled.orderStatus.status, "average": filled.orderStatus.avgFillPrice, "commission": filled.fills[0].commissionReport.commission,
    "resting": resting.orderStatus.status, "executions": [e.execution.orderRef for e in ib.reqExecutions()],
    "positions": [[p.contract.symbol, p.position] for p in ib.positions()], "conId": contract.conId,
}))
ib.disconnect()
`;

test.skipIf(!hasIbAsync)("[TWSG-8] S3.1: ib_async, where Python has it, does a session", async () => {
  const gateway = await startGateway({ prices: { AAPL: "200" } });
  const { stdout } = await run("python3", ["-c", SESSION, String(gateway.port)], { timeout: 30_000 });
  expect(JSON.parse(stdout)).toEqual({
    ...{ version: 178, filled: "Filled", average: 200.01, commission: 1, resting: "Cancelled", executions: ["mine"] },
    ...{ positions: [["AAPL", 100]], conId: 265598 },
  });
  await gateway.close();
});

test("[TWSG-8] the questions that ib_async asks when it connects are answered to their ends, at its version", async () => {
  const gateway = await startGateway({ prices: { AAPL: "200" } });
  const client = await rawClient(gateway, 7, 178);
  expect(client.frames[0]?.[0]).toBe("178");
  client.send(15, 1, 0);
  client.send(6, 2, 1, "DU1234567");
  client.send(5, 1);
  client.send(99, 0);
  client.send(61, 1);
  client.send(76, 1, 3, "DU1234567", "", 0);
  client.send(7, 3, 4, 0, "", "", "", "", "", "");
  const ends = (await client.settle()).map(nameOf).filter((name) => /End$|message:(54|74)$/.test(name));
  expect(ends).toEqual(["message:54", "openOrderEnd", "completedOrdersEnd", "positionEnd", "message:74", "execDetailsEnd"]);
  await gateway.close();
});
