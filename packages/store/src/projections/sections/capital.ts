import type { Command, CommandOf, EventOf, Flow } from "@bulkhead/core";
import { UNATTRIBUTED } from "@bulkhead/core";
import { absolute, isNegative, unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, type Moment } from "../tables.ts";
import { principalOf } from "./principal.ts";

type Moved = EventOf<"CapitalMoved" | "PositionMoved">;
type Part = Omit<Row<"transfers">, "seq" | "line" | "at" | "transfer_id" | "value" | "executed_by" | "principal">;

/** Principals that are no people. */
const SYSTEM: ReadonlySet<string> = new Set(["host", "engine", "system", "scheduler"]);

/** Who moved what to whom, and why. */
export class CapitalSection {
  readonly #transfers: AppendTable<"transfers">;

  constructor(database: DatabaseSync, moment: Moment) {
    this.#transfers = new AppendTable(database, "transfers", moment);
  }

  flush(): void {
    this.#transfers.flush();
  }

  /** `instrument`: of the break that a command answers. */
  moved(event: Moved, command: Command, instrument: string | null): void {
    const part = partOf(event, command, instrument);
    if (part !== undefined) this.#append(event.transferId, part, event.flows, command);
  }

  /** What a statement says crossed the account's border. */
  crossed(event: EventOf<"CashBooked">, command: CommandOf<"RecordCash">): void {
    const { asset, amount, details: reason } = command;
    const type = isNegative(amount) ? "Withdraw" : "Deposit";
    const part = crossing({ type, portfolio: UNATTRIBUTED, asset, amount: absolute(amount), reason });
    if (event.kind === "transfer") this.#append(event.cashId, part, event.flows, command);
  }

  #append(id: string, part: Part, [flow]: readonly Flow[], command: Command): void {
    const principal = principalOf(command);
    this.#transfers.append({
      transfer_id: id,
      ...part,
      value: flow === undefined ? 0 : unitsOf(absolute(flow.amount)),
      executed_by: SYSTEM.has(principal) ? "system" : "manual",
      principal,
    });
  }
}

const NO_POSITION = { instrument: null, quantity: null, price: null };

function partOf(event: Moved, command: Command, instrument: string | null): Part | undefined {
  switch (command.type) {
    case "Deposit":
    case "Withdraw":
      return crossing(command);
    case "TransferCapital": {
      const { from, to, asset, amount, reason } = command;
      return { kind: "cash", from_portfolio_id: from, to_portfolio_id: to, asset, amount: unitsOf(amount), ...NO_POSITION, reason };
    }
    case "TransferPosition": {
      const { from, to, instrument, quantity, price, reason } = command;
      const asset = event.postings.find(({ account }) => account === "position")?.asset ?? "";
      const moved = { instrument, quantity: unitsOf(quantity), price: unitsOf(price) };
      return { kind: "position", from_portfolio_id: from, to_portfolio_id: to, asset, amount: null, ...moved, reason };
    }
    case "AssignUnattributed":
    case "UndoAssignment":
      return answered(event, command, instrument);
    default:
      return internal(event, command);
  }
}

/** A part of a break: units from whom they came to whom they went, or cash alone. */
function answered(event: Moved, command: CommandOf<"AssignUnattributed" | "UndoAssignment">, instrument: string | null): Part | undefined {
  const moved = event.postings.filter(({ account }) => account === "position");
  const from = moved.find(({ amount }) => isNegative(amount));
  const to = moved.find(({ amount }) => !isNegative(amount));
  if (event.type === "CapitalMoved" || from === undefined || to === undefined) return internal(event, command);
  return {
    kind: "position",
    from_portfolio_id: from.portfolio,
    to_portfolio_id: to.portfolio,
    asset: to.asset,
    amount: null,
    instrument,
    quantity: unitsOf(absolute(to.amount)),
    price: null,
    reason: command.reason,
  };
}

type Crossing = Pick<CommandOf<"Deposit" | "Withdraw">, "type" | "portfolio" | "asset" | "amount" | "reason">;

function crossing({ type, portfolio, asset, amount, reason }: Crossing): Part {
  const arrives = type === "Deposit";
  return {
    kind: arrives ? "deposit" : "withdrawal",
    from_portfolio_id: arrives ? null : portfolio,
    to_portfolio_id: arrives ? portfolio : null,
    asset,
    amount: unitsOf(amount),
    ...NO_POSITION,
    reason,
  };
}

/** Cash that moves because a portfolio begins or ends: the postings say from whom to whom. */
function internal(event: Moved, command: Command): Part | undefined {
  const to = event.postings.find(({ account, amount }) => account === "cash" && unitsOf(amount) > 0);
  const from = event.postings.find(({ account, amount }) => account === "cash" && unitsOf(amount) < 0);
  const cash = to ?? from;
  if (cash === undefined) return undefined;
  return {
    kind: command.type === "CreatePortfolio" ? "starting_cash" : command.type === "ArchivePortfolio" ? "archive" : "cash",
    from_portfolio_id: from?.portfolio ?? null,
    to_portfolio_id: to?.portfolio ?? null,
    asset: cash.asset,
    amount: unitsOf(absolute(cash.amount)),
    ...NO_POSITION,
    reason: "reason" in command ? command.reason : command.type === "CreatePortfolio" ? "starting cash" : "",
  };
}
