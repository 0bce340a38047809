import type { Asset, ExecutionId, InstantMs, Listing, PortfolioId, VenueFact, VenueOrderSeq, VenueTag } from "@bulkhead/core";
import type { Zone } from "@bulkhead/market";
import { convert, formatAmount, isEqual, isZero, type Money, parseMoney, parseRatio, subtract } from "@bulkhead/money";
import type { CommissionReport, Execution } from "@stoqey/ib";
import { commissionIdOf, executionKeyOf } from "./execution-id.ts";
import { parseGatewayTime } from "./gateway-time.ts";
import { quantityOf, toldPriceOf } from "./order-form.ts";

export type ExecutionsOptions = Readonly<{
  now: () => number;
  /** The zone that the gateway is set to: times of old servers have none. */
  zone: Zone;
  tell: (fact: VenueFact) => void;
  /** The asset of a currency; told to the books before it is used. */
  cash: (currency: string) => Asset;
  note: (level: "info" | "warn" | "error", message: string) => void;
}>;

/** Whose an execution is. */
export type Owner = Readonly<{ venueOrder: VenueOrderSeq | null; tag: VenueTag }>;

type Told = { version: number; fee: Money | null; readonly feeIds: Set<string>; readonly isConversion: boolean };

/**
 * Executions and what they cost, each told once (I12): live ones and queried ones go the same way. A commission waits for its execution
 * and the other way round is never needed; a correction is a higher version of the same root.
 */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #told = new Map<ExecutionId, Told>();
  /** Executions without their commission, and since when. */
  readonly #unpaid = new Map<ExecutionId, number>();
  /** Commissions whose execution was not told yet, by root. */
  readonly #early = new Map<ExecutionId, CommissionReport>();
  /** Fills as an order counts them: one that comes under another id is still the same (B5). */
  readonly #counted = new Map<string, ExecutionId>();
  readonly #filled = new Map<VenueOrderSeq, number>();
  /** Grows with every execution that was new: a snapshot in which it grew is not quiet. */
  count = 0;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** Whether an execution, in this version or a later one, was told. */
  knows(execId: string): boolean {
    const { executionId: root, version } = executionKeyOf(execId);
    return (this.#told.get(root)?.version ?? -1) >= version;
  }

  /** Whether a commission of the last minute is still to come: cash and executions do not speak of one moment before it. */
  awaitsCommission(): boolean {
    const since = this.#options.now() - COMMISSION_MS;
    for (const [root, at] of this.#unpaid) if (at < since) this.#unpaid.delete(root);
    return this.#unpaid.size > 0;
  }

  /** Tells an execution, and its commission where that came before. */
  hear(execution: Execution, listing: Listing, { venueOrder, tag }: Owner): void {
    const execId = execution.execId ?? "";
    const { executionId: root, version } = executionKeyOf(execId);
    if (execId === "" || this.knows(execId)) return;
    const same = this.#sameFill(root, execution);
    if (same !== undefined) {
      this.#options.note("warn", `IBKR told execution ${same} again as ${root}: booked once.`);
      return;
    }
    const quantity = quantityOf(execution.shares, listing);
    const price = toldPriceOf(execution.price, listing);
    if (price === undefined) {
      this.#options.note(
        "error",
        `IBKR: execution ${execId} has the price ${String(execution.price)}, which the books do not take. It was not booked.`,
      );
      return;
    }
    if (!quantity.exact || !price.exact)
      this.#options.note(
        "warn",
        `IBKR: execution ${execId} of ${execution.shares} at ${execution.price} was rounded to the steps of ${listing.instrument.id}.`,
      );
    const now = this.#note(root, version, false);
    if (venueOrder !== null) this.#filled.set(venueOrder, Math.max(this.filled(venueOrder), execution.cumQty ?? 0));
    this.#options.tell({
      type: "RecordExecution",
      at: now as InstantMs,
      executionId: root,
      version,
      venueOrder,
      tag: venueOrder === null ? tag : null,
      instrument: listing.instrument.id,
      side: execution.side === "BOT" ? "buy" : "sell",
      quantity: quantity.value,
      price: price.value,
      fee: null,
      venueAt: this.#timeOf(execution) as InstantMs,
    });
    this.#pay(root);
  }

  /** A fill of a currency pair moves cash of two currencies and no position: nobody's, because the books do not order it. */
  hearConversion(execution: Execution, base: string, quote: string): void {
    const execId = execution.execId ?? "";
    const { executionId: root, version } = executionKeyOf(execId);
    if (execId === "" || this.#told.has(root)) return;
    const [from, to] = [this.#options.cash(base), this.#options.cash(quote)];
    const amount = parseMoney(String(execution.shares ?? 0), from.scale, "half-even");
    const rate = parseRatio(String(execution.price ?? 0), "half-even");
    if (!amount.ok || !rate.ok) {
      this.#options.note("error", `IBKR: the conversion ${execId} of ${execution.shares} ${base} at ${execution.price} cannot be booked.`);
      return;
    }
    const value = convert(amount.value, rate.value, from.scale, to.scale);
    const isBuy = execution.side === "BOT";
    const at = this.#note(root, version, true) as InstantMs;
    const moved = isBuy
      ? { from: to.id, amount: value, to: from.id, received: amount.value }
      : { from: from.id, amount: amount.value, to: to.id, received: value };
    this.#options.tell({ type: "RecordConversion", at, conversionId: root, portfolio: UNATTRIBUTED, ...moved });
    this.#pay(root);
  }

  /** How much of an order was filled, as the broker counts: a check, never what is booked. */
  filled(venueOrder: VenueOrderSeq): number {
    return this.#filled.get(venueOrder) ?? 0;
  }

  /** Tells what an execution cost, or by how much that changed; -1 and nothing are still to come (B5). */
  hearCommission(report: CommissionReport): void {
    const { executionId: root } = executionKeyOf(report.execId ?? "");
    const told = this.#told.get(root);
    if (told === undefined) {
      this.#keep(root, report);
      return;
    }
    this.#early.delete(root);
    const { commission, currency } = report;
    if (commission === undefined || commission === PENDING || !Number.isFinite(commission) || !currency) return;
    const asset = this.#options.cash(currency);
    const amount = parseMoney(String(commission), asset.scale, "half-even");
    if (!amount.ok) {
      this.#options.note("error", `IBKR: the commission ${commission} of ${root} is no amount.`);
      return;
    }
    const before = told.fee;
    told.fee = amount.value;
    this.#unpaid.delete(root);
    if (before !== null && isEqual(before, amount.value)) return;
    const fee = before === null ? amount.value : subtract(amount.value, before);
    if (isZero(fee)) return;
    const feeId = this.#feeId(
      root,
      told,
      before === null ? "" : `:${formatAmount(before, asset.scale)}>${formatAmount(amount.value, asset.scale)}`,
    );
    this.#options.tell({
      type: "RecordFee",
      at: this.#options.now() as InstantMs,
      feeId,
      executionId: told.isConversion ? null : root,
      portfolio: told.isConversion ? UNATTRIBUTED : null,
      fee: { asset: asset.id, amount: fee },
    });
  }

  #note(root: ExecutionId, version: number, isConversion: boolean): number {
    const at = this.#options.now();
    const before = this.#told.get(root);
    this.#told.set(root, { version, fee: before?.fee ?? null, feeIds: before?.feeIds ?? new Set(), isConversion });
    if (before === undefined) this.#unpaid.set(root, at);
    this.#trim();
    this.count += 1;
    return at;
  }

  /** The commission that came before. */
  #pay(root: ExecutionId): void {
    const early = this.#early.get(root);
    if (early !== undefined) this.hearCommission(early);
  }

  /** The same for ever for the first figure, so that a restart does not book it again; a change names what it changed. */
  #feeId(root: ExecutionId, told: Told, change: string): string {
    let id = `${commissionIdOf({ executionId: root, version: 0 })}${change}`;
    while (told.feeIds.has(id)) id = `${id}+`;
    told.feeIds.add(id);
    return id;
  }

  /** The root under which an order's running total was told already, with the same size, price and second. */
  #sameFill(root: ExecutionId, { permId, cumQty, shares, price, time, side }: Execution): ExecutionId | undefined {
    if (!permId || !cumQty) return undefined;
    const key = `${permId}|${cumQty}|${shares}|${price}|${time}|${side}`;
    const known = this.#counted.get(key);
    if (known !== undefined && known !== root) return known;
    this.#counted.set(key, root);
    if (this.#counted.size > REMEMBERED) this.#counted.delete(this.#counted.keys().next().value as string);
    return undefined;
  }

  #timeOf({ time, execId }: Execution): number {
    const told = parseGatewayTime(time ?? "", this.#options.zone);
    if (told !== undefined) return told.at;
    this.#options.note("warn", `IBKR: execution ${execId} has the time "${time ?? ""}", which cannot be read. It is booked as of now.`);
    return this.#options.now();
  }

  #keep(root: ExecutionId, report: CommissionReport): void {
    this.#early.set(root, report);
    if (this.#early.size > EARLY_MAX) this.#early.delete(this.#early.keys().next().value as ExecutionId);
  }

  /** Forgotten ones are told again when they are heard again, under the same ids: the books know them. */
  #trim(): void {
    if (this.#told.size > REMEMBERED) this.#told.delete(this.#told.keys().next().value as ExecutionId);
  }
}

const UNATTRIBUTED = "unattributed" as PortfolioId;
const PENDING = -1;
const REMEMBERED = 200_000;
const EARLY_MAX = 10_000;
const COMMISSION_MS = 60_000;
