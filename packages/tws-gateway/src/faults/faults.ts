import type { Fault, FaultName, Scene } from "./fault.ts";

type Waiting = { readonly fault: Fault; skips: number; left: number };

/** The faults that are to strike, in the order in which they were asked for. */
export class Faults {
  readonly #waiting: Waiting[] = [];

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  add(fault: Fault): void {
    const left = fault.times === "always" ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
    this.#waiting.push({ fault, skips: (fault.nth ?? 1) - 1, left });
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /** Those that have not struck as often as they shall. */
  get waiting(): readonly Fault[] {
    return this.#waiting.map(({ fault }) => fault);
  }

  /** The fault of this kind that strikes now, which counts as once; undefined where none does. */
  take<Name extends FaultName>(name: Name, scene: Scene): Extract<Fault, { fault: Name }> | undefined {
    for (const [index, waiting] of this.#waiting.entries()) {
      if (waiting.fault.fault !== name || !meets(waiting.fault, scene)) continue;
      if (waiting.skips > 0) {
        waiting.skips--;
        continue;
      }
      waiting.left--;
      if (waiting.left <= 0) this.#waiting.splice(index, 1);
      return waiting.fault as Extract<Fault, { fault: Name }>;
    }
    return undefined;
  }
}

function meets(fault: Fault, scene: Scene): boolean {
  if ("message" in fault && fault.message !== scene.message) return false;
  if ("request" in fault && fault.request !== undefined && fault.request !== scene.request) return false;
  if (fault.client !== undefined && fault.client !== scene.client) return false;
  if (fault.reference !== undefined && fault.reference !== scene.reference) return false;
  return fault.symbol === undefined || fault.symbol === scene.symbol;
}
