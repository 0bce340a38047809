import type { InstrumentId } from "../brand.ts";

/** An instrument and everything that it was before, newest first: what names one of them means it (REC-34). */
export function* namesOf(formerly: ReadonlyMap<InstrumentId, InstrumentId>, instrument: InstrumentId): Generator<InstrumentId> {
  // Conversions in a circle end where they began.
  const seen = new Set<InstrumentId>();
  for (let id: InstrumentId | undefined = instrument; id !== undefined && !seen.has(id); id = formerly.get(id)) {
    yield id;
    seen.add(id);
  }
}
