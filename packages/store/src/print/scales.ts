import type { Asset, AssetId, Event, ExecutionId, Instrument, InstrumentId, JournalRecord, OrderId } from "@bulkhead/core";
import { RATIO_SCALE, type Scale } from "@bulkhead/money";
import type { Unit } from "../codec/schema.ts";

/** The objects around a figure, the innermost first: what it is a figure of stands in one of them. */
export type Surroundings = readonly Readonly<Record<string, unknown>>[];

type PlacedOrder = Readonly<{ instrument: InstrumentId; reservedAsset: AssetId }>;

/** Decimal places of everything that the events seen so far have named. */
export class Scales {
  #base: Asset | undefined;
  readonly #assets = new Map<AssetId, Scale>();
  readonly #instruments = new Map<InstrumentId, Instrument>();
  readonly #orders = new Map<OrderId, PlacedOrder>();
  readonly #executions = new Map<ExecutionId, InstrumentId>();
  readonly #breaks = new Map<string, AssetId>();

  learn(record: JournalRecord): void {
    for (const event of record.events) this.#learn(event);
  }

  #learn(event: Event): void {
    switch (event.type) {
      case "AccountOpened":
        this.#base = event.base;
        this.#assets.set(event.base.id, event.base.scale);
        return;
      case "AssetDefined":
        this.#assets.set(event.asset.id, event.asset.scale);
        return;
      case "InstrumentDefined":
      case "InstrumentRevised":
      case "ContractAccepted":
        this.#instruments.set(event.instrument.id, event.instrument);
        return;
      case "OrderPlaced":
        this.#orders.set(event.order, { instrument: event.terms.instrument, reservedAsset: event.reservedAsset });
        return;
      case "ExecutionBooked":
        this.#executions.set(event.execution, event.instrument);
        return;
      case "BreakOpened":
        this.#breaks.set(event.breakId, event.asset);
        return;
      default:
        return;
    }
  }

  /** Decimal places of a figure of this unit in these surroundings; undefined where nothing said them. */
  scaleOf(unit: Unit, around: Surroundings): Scale | undefined {
    if (typeof unit === "object")
      return this.#assetScale(around.map((object) => textAt(object, unit.asset)).find((asset) => asset !== undefined));
    switch (unit) {
      case "plain":
        return 0;
      case "ratio":
        return RATIO_SCALE;
      case "base":
        return this.#base?.scale;
      case "price":
        return numberAt(around[0], "priceScale") ?? this.#instrument(around)?.priceScale;
      case "size":
        return this.#assetScale(this.#instrument(around)?.base);
      case "value":
        return this.#assetScale(this.#instrument(around)?.quote ?? this.#base?.id);
      case "reserved":
        return this.#assetScale(textAt(around[0], "reservedAsset") ?? this.#order(around)?.reservedAsset);
      case "break":
        return this.#assetScale(this.#breaks.get(around.map((each) => textAt(each, "breakId")).find((id) => id !== undefined) ?? ""));
      case "figure":
        return this.#figureScale(textAt(around[0], "figure"), around);
    }
  }

  #figureScale(figure: string | undefined, around: Surroundings): Scale | undefined {
    if (figure === "money") return this.#base?.scale;
    if (figure === "quantity") return this.scaleOf("size", around);
    if (figure === "price") return this.scaleOf("price", around);
    return figure === "ratio" ? RATIO_SCALE : 0;
  }

  #assetScale(asset: string | undefined): Scale | undefined {
    return this.#assets.get(asset as AssetId);
  }

  /** The instrument that the nearest object names: itself, by its terms, by its order or by its execution. */
  #instrument(around: Surroundings): Instrument | undefined {
    for (const object of around) {
      const named = textAt(object, "instrument") ?? textAt(object["terms"], "instrument") ?? this.#executed(object);
      if (named !== undefined) return this.#instruments.get(named as InstrumentId);
    }
    const order = this.#order(around);
    return order === undefined ? undefined : this.#instruments.get(order.instrument);
  }

  #executed(object: unknown): InstrumentId | undefined {
    const execution = textAt(object, "execution") ?? textAt(object, "executionId");
    return execution === undefined ? undefined : this.#executions.get(execution as ExecutionId);
  }

  #order(around: Surroundings): PlacedOrder | undefined {
    for (const object of around) {
      const order = numberAt(object, "order") ?? numberAt(object, "orderId");
      if (order !== undefined) return this.#orders.get(order as OrderId);
    }
    return undefined;
  }
}

function at(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}
function textAt(object: unknown, name: string): string | undefined {
  const found = at(object, name);
  return typeof found === "string" ? found : undefined;
}
function numberAt(object: unknown, name: string): number | undefined {
  const found = at(object, name);
  return typeof found === "number" ? found : undefined;
}
