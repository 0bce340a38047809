import { type Gateway, startGateway } from "@bulkhead/tws-gateway";
import { type Contract, EventName, IBApi, type Order, OrderAction, OrderType, SecType, TimeInForce } from "@stoqey/ib";
import { expect, test } from "vitest";
import { SOON_MS } from "../../kit/soon.ts";

const AAPL: Contract = { conId: 265598, symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const buy = (order: Partial<Order>): Order => ({
  ...{ action: OrderAction.BUY, totalQuantity: 100, orderType: OrderType.MKT, tif: TimeInForce.DAY, transmit: true, account: "DU1234567" },
  ...order,
});

/** A client that nobody here wrote, and everything that it said. */
function stranger({ host, port }: Gateway) {
  const client = new IBApi({ host, port, clientId: 7, maxReqPerSec: 500 });
  const events: (readonly [name: string, args: readonly unknown[]])[] = [];
  const errors: string[] = [];
  const listen = client.on.bind(client) as (name: string, listener: (...args: unknown[]) => void) => void;
  const quiet: readonly string[] = [EventName.all, EventName.sent, EventName.received, EventName.error];
  for (const name of Object.values(EventName)) if (!quiet.includes(name)) listen(name, (...args) => void events.push([name, args]));
  client.on(EventName.error, (error, code, id) => void errors.push(`${code} ${id} ${error.message}`));
  /** Asks, and waits for the event that ends the answer. */
  const ask = (name: EventName, question: () => void): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${name}; ${events.map(([one]) => one).join()}; ${errors.join()}`)), SOON_MS);
      const listener = (...args: unknown[]): void => {
        clearTimeout(timer);
        client.removeListener(name, listener);
        resolve(args);
      };
      listen(name, listener);
      question();
    });
  const all = (name: EventName): readonly (readonly unknown[])[] => events.filter(([one]) => one === name).map(([, args]) => args);
  return { client, errors, ask, all };
}

const VERSIONS = [173, 174, 176, 177, 178, 182, 183, 185, 187, 190, 193] as const;

test.each(VERSIONS)("[TWSG-8] S3.1: @stoqey/ib does a whole session at %i without a decoding error", async (serverVersionMax) => {
  const gateway = await startGateway({
    ...{ serverVersionMax, prices: { AAPL: "201.94", MSFT: "400" }, cash: { USD: "100000", EUR: "500" } },
    positions: [{ symbol: "MSFT", quantity: "10", averageCost: "390.5" }],
  });
  const { client, errors, ask, all } = stranger(gateway);
  await ask(EventName.nextValidId, () => client.connect());
  expect(client.serverVersion).toBe(serverVersionMax);
  await ask(EventName.completedOrdersEnd, () => client.reqCompletedOrders(false));
  await ask(EventName.positionEnd, () => client.reqPositions());
  await ask(EventName.accountDownloadEnd, () => client.reqAccountUpdates(true, "DU1234567"));
  await ask(EventName.accountSummaryEnd, () => client.reqAccountSummary(1, "All", "NetLiquidation,TotalCashValue,$LEDGER:ALL"));
  await ask(EventName.accountUpdateMultiEnd, () => client.reqAccountUpdatesMulti(2, "DU1234567", "", true));
  await ask(EventName.positionMultiEnd, () => client.reqPositionsMulti(3, "DU1234567", ""));
  await ask(EventName.contractDetailsEnd, () => client.reqContractDetails(4, AAPL));
  await ask(EventName.commissionReport, () => client.placeOrder(1, AAPL, buy({ orderRef: "first" })));
  await ask(EventName.openOrder, () =>
    client.placeOrder(2, AAPL, buy({ orderType: OrderType.LMT, lmtPrice: 150.25, tif: TimeInForce.GTC })),
  );
  await ask(EventName.openOrder, () =>
    client.placeOrder(3, AAPL, buy({ action: OrderAction.SELL, orderType: OrderType.TRAIL, trailingPercent: 1.5 })),
  );
  await ask(EventName.openOrder, () =>
    client.placeOrder(4, AAPL, buy({ action: OrderAction.SELL, orderType: OrderType.STP, auxPrice: 190 })),
  );
  await ask(EventName.openOrder, () => client.placeOrder(2, AAPL, buy({ orderType: OrderType.LMT, lmtPrice: 151, tif: TimeInForce.GTC })));
  await ask(EventName.openOrderEnd, () => client.reqAllOpenOrders());
  await ask(EventName.openOrderEnd, () => client.reqOpenOrders());
  await ask(EventName.execDetailsEnd, () => client.reqExecutions(5, {}));
  await ask(EventName.error, () => client.cancelOrder(2));
  await ask(EventName.error, () => client.cancelOrder(3));
  await ask(EventName.error, () => client.reqGlobalCancel({}));
  // Below 177 this client reads a completed order without the profile that servers of that age send (docs/decisions/0071).
  if (serverVersionMax >= 177) await ask(EventName.completedOrdersEnd, () => client.reqCompletedOrders(false));
  await ask(EventName.tickSize, () => client.reqMktData(6, AAPL, "", false, false));
  await ask(EventName.tickSnapshotEnd, () => client.reqMktData(7, AAPL, "", true, false));
  await ask(EventName.marketRule, () => client.reqMarketRule(26));
  await ask(EventName.symbolSamples, () => client.reqMatchingSymbols(8, "apple"));
  await ask(EventName.historicalData, () => client.reqHistoricalData(9, AAPL, "", "1 D", "1 hour" as never, "TRADES" as never, 1, 1, true));
  await ask(EventName.headTimestamp, () => client.reqHeadTimestamp(10, AAPL, "TRADES" as never, true, 1));
  await ask(EventName.pnl, () => client.reqPnL(11, "DU1234567", ""));
  await ask(EventName.pnlSingle, () => client.reqPnLSingle(12, "DU1234567", "", 265598));
  await ask(EventName.currentTime, () => client.reqCurrentTime());

  const executions = all(EventName.execDetails).map(([reqId, , told]) => [reqId, (told as { orderRef: string }).orderRef]);
  expect(executions).toEqual([
    [-1, "first"],
    [5, "first"],
  ]);
  expect(all(EventName.commissionReport)[0]?.[0]).toMatchObject({ execId: "0000e0d5.67fe667b.01.01", commission: 1, currency: "USD" });
  expect(all(EventName.contractDetails)[0]?.[1]).toMatchObject({
    contract: AAPL,
    minTick: 0.01,
    marketRuleIds: "26,26,26",
    sizeIncrement: 1,
  });
  if (serverVersionMax >= 177) {
    expect(all(EventName.completedOrder).map(([, , state]) => (state as { status: string }).status)).toEqual([
      ...["Filled", "Cancelled", "Cancelled", "Cancelled"],
    ]);
  }
  expect(errors).toEqual([2, 3, 4].map((id) => `202 ${id} Order Canceled - reason:`));
  client.disconnect();
  await gateway.close();
});
