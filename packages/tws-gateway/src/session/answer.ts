import { currentTime, managedAccounts, nextValidId, userInfo } from "../wire/answers.ts";
import type { Request } from "../wire/requests.ts";
import * as account from "./answer-account.ts";
import * as market from "./answer-market.ts";
import * as orders from "./answer-orders.ts";
import type { AnswerGround } from "./ground.ts";
import type { Session } from "./session.ts";

/** What the gateway knows by itself; everything else needs the broker. */
const OWN: readonly Request["request"][] = ["reqIds", "reqManagedAccts", "reqCurrentTime", "setServerLogLevel", "reqMarketDataType"];

/** Answers a request. While the gateway has lost the broker, orders wait for it and questions stay open, as no answer is no empty one. */
export function answer(session: Session, ground: AnswerGround, request: Request): void {
  const client = session.client ?? 0;
  if (request.request === "placeOrder") {
    ground.countFrame(request.order.reference);
    return void ground.whenConnected(() => ground.broker.place(client, request.order));
  }
  if (request.request === "cancelOrder") return void ground.whenConnected(() => ground.broker.cancel(client, request.orderId));
  if (request.request === "reqGlobalCancel") return void ground.whenConnected(() => ground.broker.cancelAll());
  if (!ground.connected() && !OWN.includes(request.request) && !request.request.startsWith("cancel")) return;
  if (!answerOrders(session, ground, request) && !answerAccount(session, ground, request)) answerMarket(session, ground, request);
}

function answerOrders(session: Session, ground: AnswerGround, request: Request): boolean {
  switch (request.request) {
    case "reqIds":
      session.say(nextValidId(ground.broker.orders.nextOrderId(session.client ?? 0)));
      return true;
    case "reqManagedAccts":
      session.say(managedAccounts(ground.accounts()));
      return true;
    case "reqCurrentTime":
      session.say(currentTime(ground.clock.now()));
      return true;
    case "reqUserInfo":
      session.say(userInfo(request.reqId));
      return true;
    case "reqOpenOrders":
    case "reqAllOpenOrders":
      if (!orders.refusesOrders(session, ground)) orders.openOrders(session, ground, request.request === "reqAllOpenOrders");
      return true;
    case "reqAutoOpenOrders":
      if (!orders.refusesOrders(session, ground)) orders.bindManualOrders(session, ground, request.bind);
      return true;
    case "reqCompletedOrders":
      if (!orders.refusesOrders(session, ground)) orders.completedOrders(session, ground);
      return true;
    case "reqExecutions":
      orders.executions(session, ground, request.reqId, request.filter);
      return true;
    default:
      return false;
  }
}

function answerAccount(session: Session, ground: AnswerGround, request: Request): boolean {
  const { watches } = session;
  switch (request.request) {
    case "reqPositions":
      account.positions(session, ground);
      return true;
    case "cancelPositions":
      watches.positions = false;
      return true;
    case "reqPositionsMulti":
      account.positionsMulti(session, ground, request.reqId);
      return true;
    case "reqAccountUpdates":
      account.accountUpdates(session, ground, request.subscribe);
      return true;
    case "reqAccountSummary":
      account.accountSummary(session, ground, request.reqId, request.tags);
      return true;
    case "reqAccountUpdatesMulti":
      account.accountMulti(session, ground, request.reqId);
      return true;
    case "reqPnL":
      account.profit(session, ground, request.reqId, null);
      return true;
    case "reqPnLSingle":
      account.profit(session, ground, request.reqId, request.conId);
      return true;
    default:
      return false;
  }
}

function answerMarket(session: Session, ground: AnswerGround, request: Request): void {
  const { watches } = session;
  switch (request.request) {
    case "reqContractDetails":
      return void market.contracts(session, ground, request.reqId, request.contract);
    case "reqMatchingSymbols":
      return void market.matchingSymbols(session, ground, request.reqId, request.pattern);
    case "reqMarketRule":
      return void market.rule(session, request.rule);
    case "reqMarketDataType":
      watches.marketDataType = request.type;
      return;
    case "reqMktData":
      return void market.marketData(session, ground, request.reqId, request.contract, request.snapshot);
    case "reqHistoricalData":
      return void market.historicalData(session, ground, request.reqId, request.contract, request.ask);
    case "reqRealTimeBars":
      return void market.realTimeBars(session, ground, request.reqId, request.contract);
    case "reqHeadTimestamp":
      return void market.headTimestamp(session, ground, request.reqId, request.contract, request.epoch);
    default:
      if ("reqId" in request) forget(session, request.reqId);
  }
}

/** Every cancellation of a subscription: a request's number is used once. */
function forget({ watches }: Session, reqId: number): void {
  for (const kept of [watches.prices, watches.bars, watches.summaries, watches.multis, watches.positionMultis, watches.pnls])
    kept.delete(reqId);
}
