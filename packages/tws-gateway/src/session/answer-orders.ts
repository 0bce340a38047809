import type { BrokerOrder } from "../broker/order.ts";
import { completedOrdersEnd, errorMessage, executionEnd, openOrderEnd, orderStatus, READ_ONLY } from "../wire/answers.ts";
import { completedOrder, openOrder } from "../wire/open-order.ts";
import type { ExecutionFilter } from "../wire/requests.ts";
import { localTime } from "../zone.ts";
import { type AnswerGround, sees } from "./ground.ts";
import type { Session } from "./session.ts";

/** With the read-only switch on orders can be neither sent nor seen, and the refusal names no question. */
export function refusesOrders(session: Session, { readOnly }: AnswerGround): boolean {
  if (readOnly()) session.say(errorMessage(-1, 321, READ_ONLY));
  return readOnly();
}

/** What works, of the client itself or of everybody, each with its status, and an end. */
export function openOrders(session: Session, { broker }: AnswerGround, everybody: boolean): void {
  for (const order of broker.orders.working()) {
    if (!everybody && order.clientId !== session.client) continue;
    session.say({ name: "openOrder", encode: (version) => openOrder(version, order, order), order });
    session.say(orderStatus(order, order));
  }
  session.say(openOrderEnd);
}

/** What ended today, by whomever it was sent. */
export function completedOrders(session: Session, { broker, day, zone }: AnswerGround): void {
  for (const order of broker.orders.endedSince(day.beganAt)) {
    const { date, time } = localTime(order.completedAt ?? 0, zone);
    session.say({ name: "completedOrder", encode: (version) => completedOrder(version, order, `${date} ${time} ${zone}`), order });
  }
  session.say(completedOrdersEnd);
}

/** Today's executions that the client may see, each with its commission, and an end. */
export function executions(session: Session, { broker, masterClient }: AnswerGround, reqId: number, filter: ExecutionFilter): void {
  for (const told of broker.executions.today(filter, (one) => sees(session.client, masterClient, one))) {
    session.say(broker.executions.message(told, reqId));
    broker.executions.repeat(told, (message) => session.say(message));
  }
  session.say(executionEnd(reqId));
}

/** Client 0 takes a person's orders as its own: they get negative ids, and are told. */
export function bindManualOrders(session: Session, { broker }: AnswerGround, bind: boolean): void {
  if (session.client !== 0 || !bind) return;
  const unbound = broker.orders.working().filter((order: BrokerOrder) => order.clientId === 0 && order.orderId === 0);
  const lowest = Math.min(0, ...broker.orders.working().map(({ orderId }) => orderId));
  for (const [index, order] of unbound.entries()) {
    broker.orders.bind(order, lowest - index - 1);
    session.say({ name: "openOrder", encode: (version) => openOrder(version, order, order), order });
    session.say(orderStatus(order, order));
  }
}
