import { isTerminal, type Order } from "../order/order.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import { type KillLevel, type Scope, scopeKey } from "../scope.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf, PlaceOrder } from "./commands.ts";
import type { Event } from "./events.ts";
import { exitOrder, isExit, placeExits } from "./exits.ts";
import { requestCancel } from "./order-commands.ts";
import { done, refuse, type Step } from "./step.ts";

function scopeProblem(state: StateView, scope: Scope): Step | null {
  if (scope.kind === "portfolio" && !state.portfolios.has(scope.portfolio))
    return refuse("PORTFOLIO_UNKNOWN", { portfolio: scope.portfolio });
  if (scope.kind === "instrument" && !state.listings.has(scope.instrument))
    return refuse("INSTRUMENT_UNKNOWN", { instrument: scope.instrument });
  return null;
}

/** Kill ladder: no new risk; then open orders canceled; then positions closed, each portfolio its own share. Durable until cleared. */
export function engageKill(state: StateView, command: CommandOf<"EngageKill">): Step {
  const problem = scopeProblem(state, command.scope);
  if (problem !== null) return problem;
  if (command.reason === "") return refuse("REASON_MISSING", { command: command.type });
  const { scope, reason, by } = command;
  const level = stricterLevel(command.level, state.kills.get(scopeKey(scope))?.level ?? "pause");
  const events: Event[] = [{ type: "KillEngaged", scope, level, reason, by }];
  const effects: Effect[] = [];
  if (level === "pause") return done(events);
  for (const order of state.orders.values()) {
    const working = !isTerminal(order.status) && order.status !== "canceling" && !isExit(order);
    if (working && covers(scope, order)) requestCancel(order, `kill: ${reason}`, events, effects);
  }
  if (level === "cancel") return done(events, effects);
  const exits = [...state.portfolios.values()].flatMap((portfolio) => flattenOrders(state, portfolio, command));
  const placed = placeExits(state, exits, null);
  return placed.ok ? done([...events, ...placed.events], [...effects, ...placed.effects]) : placed;
}

const LEVELS: readonly KillLevel[] = ["pause", "cancel", "flatten"];
const stricterLevel = (a: KillLevel, b: KillLevel): KillLevel => (LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b);

function covers(scope: Scope, order: View<Order>): boolean {
  if (scope.kind === "account") return true;
  return scope.kind === "portfolio" ? order.portfolio === scope.portfolio : order.instrument === scope.instrument;
}

/** Exits for what is free now; the rest follows when the canceled orders have ended (`continueExits`). */
function flattenOrders(state: StateView, portfolio: View<Portfolio>, command: CommandOf<"EngageKill">): readonly PlaceOrder[] {
  const { scope } = command;
  if (portfolio.id === UNATTRIBUTED && scope.kind !== "portfolio") return []; // What nobody claimed is nobody's to sell.
  if (scope.kind === "portfolio" && portfolio.id !== scope.portfolio) return [];
  const only = scope.kind === "instrument" ? state.listings.get(scope.instrument) : undefined;
  const orders: PlaceOrder[] = [];
  for (const asset of portfolio.holdings.keys()) {
    const listing = scope.kind === "instrument" ? only : state.primary.get(asset);
    if (listing === undefined || listing.base.id !== asset) continue;
    const quote = state.marks.get(listing.instrument.id)?.price ?? null;
    const order = exitOrder(state, portfolio, listing, { at: command.at, origin: "kill", quote, why: `kill: ${command.reason}` });
    if (order !== undefined) orders.push(order);
  }
  return orders;
}

/** Only a person clears a kill, with a reason. */
export function clearKill(state: StateView, command: CommandOf<"ClearKill">): Step {
  if (!state.kills.has(scopeKey(command.scope))) return refuse("KILL_NOT_ENGAGED", { scope: scopeKey(command.scope) });
  if (command.reason === "") return refuse("REASON_MISSING", { command: command.type });
  return done([{ type: "KillCleared", scope: command.scope, reason: command.reason, by: command.by }]);
}

/** Sets a degraded mode; `ready` lifts it. */
export function setMode(state: StateView, command: CommandOf<"SetMode">): Step {
  const problem = scopeProblem(state, command.scope);
  if (problem !== null) return problem;
  return done([{ type: "ModeSet", scope: command.scope, mode: command.mode, reason: command.reason }]);
}

/** Of every start. */
export function startEpoch(state: StateView, command: CommandOf<"StartEpoch">): Step {
  if (!(Number.isSafeInteger(command.epoch) && command.epoch >= state.epoch)) return refuse("EPOCH_BACKWARD", { epoch: command.epoch });
  return done([{ type: "EpochStarted", epoch: command.epoch, engineVersion: command.engineVersion }]);
}

/** Whether a portfolio's strategy is asked. Of what is there already nothing changes. */
export function stopOrStartStrategy(state: StateView, command: CommandOf<"StopStrategy" | "StartStrategy">): Step {
  const { portfolio: id, reason, by } = command;
  const portfolio = state.portfolios.get(id);
  if (reason === "") return refuse("REASON_MISSING", { command: command.type });
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: id });
  if (portfolio.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: id });
  if (portfolio.settings.strategy === null) return refuse("STRATEGY_NOT_SET", { portfolio: id });
  const stops = command.type === "StopStrategy";
  if (stops === (portfolio.strategyStop !== null)) return done([]);
  return done([{ type: stops ? "StrategyStopped" : "StrategyStarted", portfolio: id, reason, by }]);
}

/** A strategy failed; on `pause` its portfolio takes no new risk. */
export function reportStrategyFault(state: StateView, command: CommandOf<"ReportStrategyFault">): Step {
  const portfolio = state.portfolios.get(command.portfolio);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  const events: Event[] = [{ type: "StrategyFaulted", portfolio: command.portfolio, code: command.code, message: command.message }];
  if (command.pause && portfolio.tradingState === "active") {
    events.push({
      type: "TradingStateChanged",
      portfolio: command.portfolio,
      tradingState: "reducing",
      reason: `strategy fault: ${command.code}`,
    });
  }
  return done(events);
}
