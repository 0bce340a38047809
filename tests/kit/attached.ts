import type {
  AssetId,
  Break,
  Event,
  InstantMs,
  InstrumentId,
  OrderTerms,
  PortfolioId,
  VenueOrderReport,
  VenueOrderSeq,
  VenueSnapshot,
  View,
  WriteOffCategory,
} from "@bulkhead/core";
import type { Amount } from "@bulkhead/money";
import type { Ask } from "./books.ts";
import { Desk } from "./desk.ts";

/** A snapshot in words: "10 @ 50" or "10" of instruments, "1000" of currencies; what is left out is not told. */
export type Told = Readonly<{
  id?: string;
  positions?: Readonly<Record<string, string>>;
  cash?: Readonly<Record<string, string>>;
  open?: readonly VenueOrderReport[];
  ended?: readonly VenueOrderReport[];
  since?: number;
  quiet?: boolean;
  from?: number;
}>;

/** A desk whose account is kept elsewhere: what the venue tells, and what people answer. */
export class Attached extends Desk {
  #snapshots = 0;

  snapshot(told: Told): VenueSnapshot {
    this.#snapshots += 1;
    return {
      snapshotId: told.id ?? `1-${this.#snapshots}`,
      from: (told.from ?? this.at) as InstantMs,
      to: this.at as InstantMs,
      quiet: told.quiet ?? true,
      positions: told.positions === undefined ? null : Object.entries(told.positions).map(([id, what]) => this.#position(id, what)),
      cash:
        told.cash === undefined
          ? null
          : Object.entries(told.cash).map(([asset, amount]) => ({ asset: asset as AssetId, amount: this.money(amount, asset) })),
      openOrders: told.open ?? null,
      endedOrders: told.ended ?? null,
      executionsSince: (told.since ?? null) as InstantMs | null,
    };
  }

  #position(instrument: string, what: string) {
    const [quantity = "", average] = what.split(" @ ");
    const listing = this.listing(instrument);
    return {
      instrument: instrument as InstrumentId,
      quantity: this.quantity(quantity, listing.base.scale),
      averageCost: average === undefined ? null : this.price(average, listing),
    };
  }

  told(told: Told): readonly Event[] {
    return this.do({ type: "RecordSnapshot", snapshot: this.snapshot(told) });
  }

  adopt(told: Told): readonly Event[] {
    return this.do({ type: "AdoptBaseline", snapshot: this.snapshot(told), reason: "attached" });
  }

  /** An order as the venue reports it: "buy 10" of an instrument. */
  report(
    instrument: string,
    what: string,
    about: Readonly<{
      ours?: number;
      epoch?: number;
      id?: string;
      reference?: string;
      client?: string;
      filled?: string;
      status?: VenueOrderReport["status"];
      limit?: string;
      stop?: string;
    }> = {},
  ): VenueOrderReport {
    const [side = "buy", quantity = "0"] = what.split(" ");
    const listing = this.listing(instrument);
    const terms: OrderTerms = {
      instrument: instrument as InstrumentId,
      side: side as OrderTerms["side"],
      quantity: this.quantity(quantity, listing.base.scale),
      orderType: orderTypeOf(about),
      limit: about.limit === undefined ? null : this.price(about.limit, listing),
      stop: about.stop === undefined ? null : this.price(about.stop, listing),
      timeInForce: "gtc",
      expiresAt: null,
    };
    return {
      venueOrder: (about.ours ?? null) as VenueOrderSeq | null,
      epoch: about.epoch ?? null,
      tag: { reference: about.reference ?? "", client: about.client ?? "", venueOrderId: about.id ?? "" },
      terms,
      filled: this.quantity(about.filled ?? "0", listing.base.scale),
      status: about.status ?? "working",
      reason: "",
    };
  }

  /** An execution of somebody else's order. */
  foreign(instrument: string, what: string, tag: Readonly<{ id?: string; reference?: string; client?: string }> = {}, fee?: string): Ask {
    const ask = this.fillAsk(null, instrument, what, fee === undefined ? {} : { fee });
    return { ...ask, tag: { reference: tag.reference ?? "", client: tag.client ?? "", venueOrderId: tag.id ?? "" } } as Ask;
  }

  claimAsk(breakId: string, shares: Readonly<Record<string, string>>, assignmentId = this.fresh("claim")): Ask {
    const { asset } = this.breakOf(breakId);
    return {
      type: "AssignUnattributed",
      breakId,
      assignmentId,
      shares: Object.entries(shares).map(([portfolio, amount]) => ({
        portfolio: portfolio as PortfolioId,
        amount: this.amount(amount, asset),
      })),
      reason: "",
    };
  }

  writeOffAsk(breakId: string, category: WriteOffCategory): Ask {
    return { type: "WriteOffBreak", breakId, category, reason: "" };
  }

  undoAsk(assignmentId: string): Ask {
    return { type: "UndoAssignment", assignmentId, reason: "" };
  }

  amount(text: string, asset: string): Amount {
    return this.money(text, asset) as Amount;
  }

  breakOf(id: string): View<Break> {
    const item = this.engine.state.reconciliation.breaks.get(id);
    if (item === undefined) throw new Error(`no break ${id}: ${[...this.engine.state.reconciliation.breaks.keys()].join(" ")}`);
    return item;
  }

  /** Breaks that are there, as "kind amount asset proposal", "(left …)" where something was answered or settled. */
  breaks(): readonly string[] {
    return [...this.engine.state.reconciliation.breaks.values()].map(({ kind, asset, amount, left, proposal, status }) => {
      const whole = this.text(amount as Amount, asset);
      const rest = this.text(left as Amount, asset);
      const open = rest === whole ? "" : ` (left ${rest})`;
      return `${kind} ${whole} ${asset} ${proposal}${open}${status === "open" ? "" : ` ${status}`}`;
    });
  }

  breakIds(): readonly string[] {
    return [...this.engine.state.reconciliation.breaks.keys()];
  }
}

const orderTypeOf = ({ limit, stop }: Readonly<{ limit?: string; stop?: string }>): OrderTerms["orderType"] =>
  stop === undefined ? (limit === undefined ? "market" : "limit") : limit === undefined ? "stop" : "stop_limit";
