import {
  type Event,
  type EventOf,
  type InstrumentId,
  isHistoryEvent,
  isReconcileEvent,
  type JournalRecord,
  type Listing,
  type PortfolioId,
  type Scope,
  type StateView,
  UNATTRIBUTED,
} from "@bulkhead/core";
import { formatAmount, isNegative, type Price, type Quantity } from "@bulkhead/money";
import type { Words } from "../desk/speaker.ts";
import { baseText } from "../http/rows/figures.ts";
import { receiptRow } from "../http/rows/order-rows.ts";
import { historyWords } from "./history-lines.ts";
import { reconcileWords } from "./reconcile-lines.ts";

/** What one durable record of the desk's nth start says in the log, in the order of its events. The state is only asked for terms, never for what happened. */
export function wordsOf(state: StateView, { command, events }: JournalRecord, start: number): readonly Words[] {
  const by = "by" in command ? command.by : "";
  const teller = new Teller(state, by, "reason" in command ? command.reason : "", start);
  return events.flatMap((event) => teller.tell(event));
}

class Teller {
  readonly #state: StateView;
  readonly #by: string;
  readonly #reason: string;
  readonly #start: number;

  constructor(state: StateView, by: string, reason: string, start: number) {
    this.#state = state;
    this.#by = by;
    this.#reason = reason;
    this.#start = start;
  }

  tell(event: Event): readonly Words[] {
    switch (event.type) {
      case "OrderPlaced":
        return [this.#placed(event)];
      case "OrderDenied":
        return [this.#denied(event)];
      case "OrderUnknown":
        return this.#venueOrder(event.venueOrder, (id) => `order ${id}: the venue's answer is missing`, "warn");
      case "OrderAccepted":
        return this.#venueOrder(event.venueOrder, (id) => `order ${id} works at the venue as ${event.venueOrderId}`, "debug");
      case "OrderEnded":
        return this.#order(event.order, `${event.status}: ${event.reason}`, event.status === "rejected" ? "warn" : "info");
      case "CancelRequested":
        return this.#order(event.order, `is being canceled: ${event.reason}`);
      case "OrderReplaced":
        return this.#order(event.order, `replaced${this.#from()}`);
      case "OrderReplaceRejected":
        return this.#order(event.order, `not changed: ${event.reason}`, "warn");
      case "ExecutionBooked":
        return event.allocations.map((share) => this.#filled(event, share));
      default:
        return this.#tellBooks(event);
    }
  }

  #tellBooks(event: Event): readonly Words[] {
    switch (event.type) {
      case "ExecutionCorrected":
        return this.#owners(event, "fill", `execution ${event.execution} corrected to version ${event.version}`, "warn");
      case "ExecutionUndone":
        return [
          words(
            "fill",
            event.portfolio,
            `execution ${event.execution} was undone before it was told`,
            { execution: event.execution },
            "warn",
          ),
        ];
      case "FeeBooked":
        return this.#owners(event, "fill", `fee ${event.feeId} booked`);
      case "IncomeBooked":
        return this.#owners(event, "books", `${event.kind} of ${event.instrument}: ${event.incomeId}`);
      case "CashBooked":
        return this.#owners(event, "books", `${event.kind}${event.instrument === null ? "" : ` of ${event.instrument}`}: ${event.cashId}`);
      case "SplitApplied":
        return this.#owners(event, "books", `split of ${event.instrument}: ${event.numerator} for ${event.denominator}`);
      case "PositionConverted":
        return this.#owners(event, "books", `${event.from} converted: ${event.actionId}`);
      case "CapitalMoved":
      case "PositionMoved":
        return event.flows.map(({ portfolio, amount }) => {
          const way = isNegative(amount) ? "out" : "in";
          const what = event.type === "CapitalMoved" ? "capital" : "position";
          const message = `${what} ${way}: ${baseText(this.#state, amount)}, ${event.transferId}${this.#why(this.#reason)}${this.#from()}`;
          return words("capital", portfolio, message, { transfer_id: event.transferId });
        });
      case "DayRolled":
        return event.days.map(({ portfolio, date, netPnl, endEquity }) =>
          words("books", portfolio, `day ${date} ended: net ${baseText(this.#state, netPnl)}, equity ${baseText(this.#state, endEquity)}`),
        );
      case "BreakRaised": {
        const amount = formatAmount(event.amount, this.#state.assets.get(event.asset)?.scale ?? 0);
        return [words("books", event.portfolio, `break ${event.kind}: ${amount} ${event.asset}${this.#why(event.details)}`, {}, "warn")];
      }
      default:
        return this.#tellControl(event);
    }
  }

  #tellControl(event: Event): readonly Words[] {
    switch (event.type) {
      case "ProtectionArmed":
        return [this.#armed(event)];
      case "ProtectionRatcheted":
        return [this.#protection(event, `moved up with ${this.#price(event.instrument, event.reference)}`, "debug")];
      case "ProtectionTriggered":
        return [this.#protection(event, `${event.leg} reached at ${this.#price(event.instrument, event.price)}`)];
      case "ProtectionEnded":
        return [this.#protection(event, `ended: ${event.reason}`)];
      case "ProtectionWidened":
        return [this.#protection(event, "widened for the night")];
      case "ProtectionTightened":
        return [this.#protection(event, "as by day again")];
      case "KillEngaged":
        return [
          words(
            "kill",
            ownerOf(event.scope),
            `kill switch ${event.level} engaged for ${nameOf(event.scope)}: ${event.reason} (${event.by})`,
            {},
            "warn",
          ),
        ];
      case "KillCleared":
        return [words("kill", ownerOf(event.scope), `kill switch cleared for ${nameOf(event.scope)}: ${event.reason} (${event.by})`)];
      case "InstrumentRevised":
        return [words("venue", UNATTRIBUTED, `${event.instrument.id} is now version ${event.version}: ${event.says}`, {}, "warn")];
      case "ContractDoubted":
        return [
          words("venue", UNATTRIBUTED, `CONTRACT_CHANGED: ${event.instrument}: ${event.says}`, { code: "CONTRACT_CHANGED" }, "error"),
        ];
      case "ContractAccepted":
        return [
          words("venue", UNATTRIBUTED, `${event.instrument.id}: the contract of the venue was accepted by ${event.by}: ${event.reason}`),
        ];
      case "ModeSet": {
        const source = event.reason.startsWith("market data: ") ? "feed" : "mode";
        const level = event.mode === "ready" ? "info" : "warn";
        return [words(source, ownerOf(event.scope), `${nameOf(event.scope)} is ${event.mode}${this.#why(event.reason)}`, {}, level)];
      }
      default:
        return this.#tellLives(event);
    }
  }

  #tellLives(event: Event): readonly Words[] {
    switch (event.type) {
      case "AccountOpened":
        return [words("desk", null, `account ${event.account} opened in ${event.mode} at ${event.venue}, in ${event.base.id}`)];
      case "AccountConfigured":
        return [words("desk", null, `settings of the account changed${this.#from()}`)];
      case "EpochStarted":
        return [words("desk", null, `start ${this.#start}, version ${event.engineVersion}`, { start: this.#start, epoch: event.epoch })];
      case "PortfolioCreated":
        return event.portfolio === UNATTRIBUTED ? [] : [words("portfolio", event.portfolio, `created${this.#from()}`)];
      case "PortfolioConfigured":
        return [words("portfolio", event.portfolio, `settings changed${this.#from()}`)];
      case "PortfolioArchived":
        return [words("portfolio", event.portfolio, `archived: ${event.reason}${this.#from()}`)];
      case "TradingStateChanged": {
        const level = event.tradingState === "active" ? "info" : "warn";
        return [
          words("portfolio", event.portfolio, `trading state ${event.tradingState}${this.#why(event.reason)}${this.#from()}`, {}, level),
        ];
      }
      case "StrategyStarted":
      case "StrategyStopped": {
        const what = event.type === "StrategyStarted" ? "started" : "stopped";
        return [words("strategy", event.portfolio, `strategy ${what}: ${event.reason} (${event.by})`)];
      }
      case "StrategyFaulted":
        return [words("strategy", event.portfolio, faultText(event), { code: event.code }, "warn")];
      default:
        if (isHistoryEvent(event)) return historyWords(event);
        return isReconcileEvent(event) ? reconcileWords(this.#state, event) : [];
    }
  }

  #placed({ order, portfolio, terms, origin, strategy, why, receipt }: EventOf<"OrderPlaced">): Words {
    const at = [
      terms.limit === null ? "" : ` limit ${this.#price(terms.instrument, terms.limit)}`,
      terms.stop === null ? "" : ` stop ${this.#price(terms.instrument, terms.stop)}`,
    ];
    const what = `${terms.side} ${this.#quantity(terms.instrument, terms.quantity)} ${terms.instrument}${at.join("")}`;
    const reduced = receipt === null ? "" : `; asked for more: ${receiptRow(this.#state, receipt).sentence ?? ""}`;
    const who = origin === "strategy" ? strategy : origin === "person" ? this.#by : origin;
    const fields = { order, instrument: terms.instrument, side: terms.side, origin };
    return words(
      origin === "strategy" ? "strategy" : "order",
      portfolio,
      `order ${order}: ${what} (${who})${this.#why(why)}${reduced}`,
      fields,
    );
  }

  #denied({ receipt, why }: EventOf<"OrderDenied">): Words {
    const { asked, side, instrument, sentence, rule } = receiptRow(this.#state, receipt);
    const message = `denied: ${side} ${asked} ${instrument}${this.#why(why)}. ${sentence ?? ""}`;
    return words("risk", receipt.portfolio, message, { rule, instrument, side });
  }

  #filled(event: EventOf<"ExecutionBooked">, share: EventOf<"ExecutionBooked">["allocations"][number]): Words {
    const { instrument, side, execution } = event;
    const scale = this.#listing(instrument)?.quote.scale ?? 0;
    const message =
      `${side === "buy" ? "bought" : "sold"} ${this.#quantity(instrument, share.quantity)} ${instrument} at ${this.#price(instrument, event.price)}` +
      `: realized ${formatAmount(share.realized, scale)}, fee ${formatAmount(share.fee, scale)}`;
    return words("fill", share.portfolio, message, { execution, order: share.order, instrument, side });
  }

  #armed({ protection }: EventOf<"ProtectionArmed">): Words {
    const { instrument, stop, takeProfit, trailing } = protection;
    const legs = [
      ["stop", stop],
      ["target", takeProfit],
      ["trailing by", trailing],
    ] as const;
    const texts = legs.flatMap(([name, price]) => (price === null ? [] : [`${name} ${this.#price(instrument, price)}`]));
    return this.#protection(protection, `armed: ${texts.join(", ")}`);
  }

  #protection(
    { portfolio, instrument }: Readonly<{ portfolio: PortfolioId; instrument: InstrumentId }>,
    what: string,
    level: Words["level"] = "info",
  ): Words {
    return words("protection", portfolio, `exit of ${instrument} ${what}`, { instrument }, level);
  }

  #order(id: EventOf<"OrderEnded">["order"], what: string, level: Words["level"] = "info"): readonly Words[] {
    const { orders, portfolios } = this.#state.owners;
    const owner = this.#state.orders.get(id)?.portfolio ?? portfolios[orders.lastIndexOf(id)];
    return owner === undefined ? [] : [words("order", owner, `order ${id} ${what}`, { order: id }, level)];
  }

  #venueOrder(seq: EventOf<"OrderUnknown">["venueOrder"], say: (id: number) => string, level: Words["level"]): readonly Words[] {
    const id = this.#state.owners.orders[seq - 1];
    const owner = this.#state.owners.portfolios[seq - 1];
    return id === undefined || owner === undefined ? [] : [words("order", owner, say(id), { order: id }, level)];
  }

  #owners(
    { postings }: Extract<Event, { postings: unknown }>,
    source: string,
    message: string,
    level: Words["level"] = "info",
  ): readonly Words[] {
    return [...new Set(postings.map(({ portfolio }) => portfolio))].map((portfolio) => words(source, portfolio, message, {}, level));
  }

  #from(): string {
    return this.#by === "" ? "" : ` (${this.#by})`;
  }

  #why(text: string): string {
    return text === "" ? "" : `: ${text}`;
  }

  #listing(instrument: InstrumentId): Listing | undefined {
    return this.#state.listings.get(instrument) as Listing | undefined;
  }

  #quantity(instrument: InstrumentId, quantity: Quantity): string {
    return formatAmount(quantity, this.#listing(instrument)?.base.scale ?? 0);
  }

  #price(instrument: InstrumentId, price: Price): string {
    return formatAmount(price, this.#listing(instrument)?.instrument.priceScale ?? 0);
  }
}

const ownerOf = (scope: Scope): PortfolioId | null => (scope.kind === "portfolio" ? scope.portfolio : null);
const nameOf = (scope: Scope): string =>
  scope.kind === "portfolio" ? scope.portfolio : scope.kind === "instrument" ? scope.instrument : "the account";

function words(
  source: string,
  portfolio: PortfolioId | null,
  message: string,
  fields: NonNullable<Words["fields"]> = {},
  level: Words["level"] = "info",
): Words {
  return { level, source, portfolio, message, fields };
}

/** Most messages begin with their code already. */
const faultText = ({ code, message }: EventOf<"StrategyFaulted">): string =>
  message === code || message.startsWith(`${code}: `) ? message : `${code}: ${message}`;
