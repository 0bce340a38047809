import { Account } from "../broker/account.ts";
import type { Contract } from "../broker/contract.ts";
import { accountFigures, summaryFigures, valued } from "../broker/figures.ts";
import * as say from "../wire/answers.ts";
import { localTime } from "../zone.ts";
import type { AnswerGround } from "./ground.ts";
import type { Session } from "./session.ts";

const open = ({ broker }: AnswerGround) => broker.account.holdings().filter(({ quantity }) => quantity !== 0n);

function told({ figures, broker }: AnswerGround, contract: Contract): say.PositionTold {
  const holding = broker.account.holding(contract);
  return { contract, account: figures.number, quantity: holding.quantity, averageCost: Account.averageCost(holding) };
}

/** What is held, an end, and from then on what changes. */
export function positions(session: Session, ground: AnswerGround): void {
  session.watches.positions = true;
  for (const { contract } of open(ground)) session.say(say.position(told(ground, contract)));
  session.say(say.positionEnd);
}

export function positionsMulti(session: Session, ground: AnswerGround, reqId: number): void {
  session.watches.positionMultis.add(reqId);
  for (const { contract } of open(ground)) session.say(say.positionMulti(reqId, told(ground, contract)));
  session.say(say.positionMultiEnd(reqId));
}

/** Account values, what is held at its mark, the time, an end; and again what changes. */
export function accountUpdates(session: Session, ground: AnswerGround, subscribe: boolean): void {
  session.watches.account = subscribe;
  if (!subscribe) return;
  const { number } = ground.figures;
  for (const figure of accountFigures(ground.figures)) session.say(say.accountValue(number, figure));
  for (const holding of open(ground)) session.say(say.portfolioValue(valued(ground.figures, holding)));
  session.say(say.accountTime(localTime(ground.clock.now(), ground.zone).time.slice(0, 5)));
  session.say(say.accountDownloadEnd(number));
}

export function accountSummary(session: Session, ground: AnswerGround, reqId: number, tags: readonly string[]): void {
  session.watches.summaries.set(reqId, tags);
  for (const figure of summaryFigures(accountFigures(ground.figures), tags)) {
    session.say(say.accountSummary(reqId, ground.figures.number, figure));
  }
  session.say(say.accountSummaryEnd(reqId));
}

export function accountMulti(session: Session, ground: AnswerGround, reqId: number): void {
  session.watches.multis.add(reqId);
  for (const figure of accountFigures(ground.figures)) session.say(say.accountMulti(reqId, ground.figures.number, figure));
  session.say(say.accountMultiEnd(reqId));
}

/** Profit of the account, or of one contract in it. The gateway has no yesterday: the day's profit is what is not realized. */
export function profit(session: Session, ground: AnswerGround, reqId: number, conId: number | null): void {
  session.watches.pnls.set(reqId, conId);
  const holdings = ground.broker.account.holdings().map((holding) => valued(ground.figures, holding));
  const sum = (key: "unrealized" | "realized"): bigint => holdings.reduce((total, one) => total + one[key], 0n);
  if (conId === null) return void session.say(say.pnl(reqId, [sum("unrealized"), sum("unrealized"), sum("realized")]));
  const one = holdings.find(({ contract }) => contract.conId === conId);
  const amounts = one ? [one.unrealized, one.unrealized, one.realized, one.value] : [0n, 0n, 0n, 0n];
  session.say(say.pnlSingle(reqId, one?.quantity ?? 0n, amounts));
}

/** Tells who watches that a position changed, and the cash with it. A position that is gone is told once, as zero. */
export function moved(session: Session, ground: AnswerGround, contract: Contract): void {
  const { watches } = session;
  if (watches.positions) session.say(say.position(told(ground, contract)));
  for (const reqId of watches.positionMultis) session.say(say.positionMulti(reqId, told(ground, contract)));
  if (watches.account) session.say(say.portfolioValue(valued(ground.figures, ground.broker.account.holding(contract))));
  cashMoved(session, ground);
  for (const [reqId, conId] of watches.pnls) if (conId === null || conId === contract.conId) profit(session, ground, reqId, conId);
}

/** Tells who watches the account what it is worth now. */
export function cashMoved(session: Session, ground: AnswerGround): void {
  if (!session.watches.account) return;
  for (const figure of accountFigures(ground.figures)) session.say(say.accountValue(ground.figures.number, figure));
  session.say(say.accountTime(localTime(ground.clock.now(), ground.zone).time.slice(0, 5)));
}
