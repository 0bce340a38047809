import type { AssetId, Break, View, WriteOffCategory } from "@bulkhead/core";
import { WRITE_OFF_CATEGORIES } from "@bulkhead/core";
import { type Amount, formatAmount, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect } from "vitest";
import { Attached } from "../kit/attached.ts";
import type { Ask } from "../kit/books.ts";
import { plain } from "../kit/look.ts";

const INSTRUMENTS = ["SPY@X", "SPIN@X"] as const;
const WHO = ["alpha", "beta"] as const;

export type BrokerMove = Readonly<{ kind: (typeof KINDS)[number]; who: number; what: number; units: number; price: number; wait: number }>;
const KINDS = [
  "trade",
  "trade late",
  "tell",
  "tell twice",
  "untold trade",
  "untold cash",
  "foreign",
  "move",
  "pay",
  "barrier",
  "barrier",
  "positions only",
  "claim",
  "split",
  "write off",
  "undo",
  "mark",
] as const;

/** An account that somebody keeps, and a desk that is told of it late, twice, or never. */
export class Broker {
  readonly desk = new Attached({ overAllocation: true });
  readonly held = new Map<string, number>();
  cash: number;
  /** Units by asset that nobody ever tells of. */
  readonly untold = new Map<string, number>();
  readonly #late: Ask[] = [];
  #told: Ask[] = [];
  readonly #answers: string[] = [];

  constructor() {
    for (const who of WHO) this.desk.portfolio(who, "100000");
    this.cash = this.#books("USD");
  }

  static moves(): fc.Arbitrary<readonly BrokerMove[]> {
    const move = fc.record({
      kind: fc.constantFrom(...KINDS),
      who: fc.nat(1),
      what: fc.nat(1),
      units: fc.integer({ min: 1, max: 60 }),
      price: fc.integer({ min: 1, max: 40 }),
      wait: fc.nat(40_000),
    });
    return fc.array(move, { minLength: 5, maxLength: 40, size: "max" });
  }

  playAll(moves: readonly BrokerMove[]): this {
    for (const move of moves) this.play(move);
    return this;
  }

  play(move: BrokerMove): void {
    this.desk.at += move.wait;
    const who = WHO[move.who] ?? "alpha";
    const instrument = INSTRUMENTS[move.what] ?? "SPY@X";
    const side = move.units % 2 === 0 ? "buy" : "sell";
    const fill = `${side} ${move.units} @ ${move.price}`;
    switch (move.kind) {
      case "trade":
      case "trade late": {
        // What differs for three barriers may only be reduced: then nothing is sent and nothing fills.
        if (this.desk.engine.state.modes.has(`instrument:${instrument}`)) return;
        const ask = this.desk.fillAsk(this.desk.order(who, instrument, fill), instrument, fill, { fee: "1 USD" });
        this.#traded(instrument, side, move, 1_000_000);
        if (move.kind === "trade") this.#tell(ask);
        else this.#late.push(ask);
        return;
      }
      case "tell":
        this.#tellOne();
        return;
      case "tell twice":
        for (const ask of this.#told.slice(-2)) this.desk.run(ask);
        return;
      case "untold trade":
        this.#traded(instrument, side, move, 0);
        this.#miss(instrument, side === "buy" ? move.units : -move.units);
        this.#miss("USD", (side === "buy" ? -1 : 1) * move.units * move.price * 1_000_000);
        return;
      case "untold cash":
        this.cash += (move.units - 30) * 1_000_001;
        this.#miss("USD", (move.units - 30) * 1_000_001);
        return;
      case "foreign":
        this.#traded(instrument, side, move, 0);
        this.#tell(this.desk.foreign(instrument, fill, { id: move.price % 3 === 0 ? "" : `p${move.price % 4}` }));
        return;
      case "move":
        this.desk.run(this.desk.moveAsk("unattributed", who, instrument, `${move.units} @ ${move.price}`));
        return;
      case "pay":
        this.desk.run(this.desk.transfer(who, WHO[1 - move.who] ?? "beta", `${move.units} USD`));
        return;
      case "barrier":
        this.barrier();
        return;
      case "positions only":
        this.barrier(false);
        return;
      case "mark":
        this.desk.mark({ [instrument]: String(move.price) });
        return;
      default:
        this.#answer(move);
    }
  }

  /** Everything that is late is told. */
  tellAll(): void {
    while (this.#late.length > 0) this.#tellOne();
  }

  barrier(withCash = true): void {
    const before = WHO.map((who) => plain(this.desk.of(who)));
    const positions = Object.fromEntries([...this.held].filter(([, units]) => units !== 0).map(([id, units]) => [id, String(units)]));
    this.desk.told({ positions, ...(withCash ? { cash: { USD: formatAmount(this.cash as never, 6) } } : {}) });
    for (const instrument of INSTRUMENTS) expect(this.#books(instrument)).toBe(this.held.get(instrument) ?? 0);
    if (withCash) expect(this.#books("USD")).toBe(this.cash);
    expect(WHO.map((who) => plain(this.desk.of(who)))).toEqual(before);
  }

  /** The whole of what the broker keeps is in the books. */
  expectWhole(): void {
    for (const instrument of INSTRUMENTS) expect(this.#books(instrument)).toBe(this.held.get(instrument) ?? 0);
    expect(this.#books("USD")).toBe(this.cash);
  }

  #books(asset: string): number {
    let sum = 0;
    for (const { ledger } of this.desk.engine.state.portfolios.values()) {
      const balances = ledger.get(asset as AssetId);
      if (balances !== undefined) sum += unitsOf(balances.cash as Amount) + unitsOf(balances.position as Amount);
    }
    return sum;
  }

  #traded(instrument: string, side: string, { units, price }: BrokerMove, fee: number): void {
    const signed = side === "buy" ? units : -units;
    this.held.set(instrument, (this.held.get(instrument) ?? 0) + signed);
    this.cash -= signed * price * 1_000_000 + fee;
  }

  #miss(asset: string, units: number): void {
    this.untold.set(asset, (this.untold.get(asset) ?? 0) + units);
  }

  #tell(ask: Ask): void {
    this.desk.do(ask);
    this.#told.push(ask);
  }

  #tellOne(): void {
    const ask = this.#late.shift();
    if (ask !== undefined) this.#tell(ask);
  }

  #answer(move: BrokerMove): void {
    const open = [...this.desk.engine.state.reconciliation.breaks.values()].filter(({ left }) => unitsOf(left as Amount) !== 0);
    const item = open[move.price % Math.max(1, open.length)];
    if (move.kind === "undo") {
      const id = this.#answers[move.price % Math.max(1, this.#answers.length)];
      if (id !== undefined) this.desk.run(this.desk.undoAsk(id));
    } else if (item !== undefined) this.#answerOne(item, move);
  }

  #answerOne(item: View<Break>, move: BrokerMove): void {
    const left = unitsOf(item.left as Amount);
    const category = WRITE_OFF_CATEGORIES[move.units % WRITE_OFF_CATEGORIES.length] as WriteOffCategory;
    if (move.kind === "write off") {
      this.desk.run(this.desk.writeOffAsk(item.id, category));
      this.#answers.push(`writeoff:${item.id}`);
      return;
    }
    const part = move.units % 3 === 0 ? left : Math.trunc(left / 2) || left;
    const text = (units: number): string => this.desk.text(units as never, item.asset);
    const rest = Math.trunc((left - part) / 2);
    const shares =
      move.kind === "split" && rest !== 0 ? { alpha: text(part), beta: text(rest) } : { [WHO[move.who] ?? "alpha"]: text(part) };
    const ask = this.desk.claimAsk(item.id, shares);
    if (this.desk.run(ask).ok && ask.type === "AssignUnattributed") this.#answers.push(ask.assignmentId);
  }
}
