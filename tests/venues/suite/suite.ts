import type { VenueCapabilities } from "@bulkhead/core";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../count.ts";
import { sample, type Wave, wavesOf } from "./cases.ts";
import { expectContract } from "./contract.ts";
import { type Played, play } from "./play.ts";
import type { Happening, OpenStage } from "./stage.ts";

/** How an adapter takes part in the suite. */
export type Adapter = Readonly<{
  name: string;
  capabilities: VenueCapabilities;
  happenings: readonly Happening[];
  openStage: OpenStage;
  /** What a part of the cases is made of: single ones, or waves where a stage is dear. */
  sampleBy: "case" | "wave";
  /** Waves that are played at once: more than one where they mostly wait. */
  atOnce?: number;
}>;

const LEAST = 120;
/** The first case of a wave waits for all of them, also on a machine that has much else to do. */
const WAVE_MS = 600_000;
const PARTS = 10;

/** The cases of one adapter as tests; a tenth of them, another one for each seed, unless everything is asked for. */
export function suiteOf({ name, capabilities, happenings, openStage, sampleBy, atOnce = 1 }: Adapter): void {
  const waves = wavesOf(name, capabilities, happenings);
  const count = waves.reduce((sum, { cases }) => sum + cases.length, 0);

  test(`[VEN-1] ${name}: ${count} cases, at least ${LEAST}, each with a name of its own`, () => {
    expect(count).toBeGreaterThanOrEqual(LEAST);
    expect(new Set(waves.flatMap(({ cases }) => cases.map((each) => each.name))).size).toBe(count);
  });

  const parts = runs(PARTS * PARTS) === PARTS * PARTS ? 1 : PARTS;
  const chosen = sample(waves, sampleBy, parts, seed() % parts);
  const plays = new Plays(openStage, chosen, atOnce);
  for (const wave of chosen) {
    describe(`${name}, ${wave.happening.name}`, () => {
      test.each(wave.cases)("$name", { timeout: WAVE_MS }, async (each) => {
        const played = await plays.of(wave);
        const outcome = played.outcomes.get(each.name);
        if (outcome === undefined) throw new Error(`${each.name} was not played`);
        expectContract(outcome, played);
      });
    });
  }
}

/** Waves as they are asked for, and a few that will be next. */
class Plays {
  readonly #openStage: OpenStage;
  readonly #waves: readonly Wave[];
  readonly #atOnce: number;
  readonly #running = new Map<Wave, Promise<Played>>();

  constructor(openStage: OpenStage, waves: readonly Wave[], atOnce: number) {
    this.#openStage = openStage;
    this.#waves = waves;
    this.#atOnce = atOnce;
  }

  of(wave: Wave): Promise<Played> {
    const from = this.#waves.indexOf(wave);
    for (const next of this.#waves.slice(from, from + this.#atOnce)) if (!this.#running.has(next)) this.#begin(next);
    return this.#running.get(wave) ?? Promise.reject(new Error("no such wave"));
  }

  #begin(wave: Wave): void {
    const playing = play(this.#openStage, wave);
    // Whoever waits for it hears of its failure.
    playing.catch(() => {});
    this.#running.set(wave, playing);
  }
}
