/** Time and timers of a venue: the wall in a desk, a hurried one in a simulated month. */
export type VenueClock = Readonly<{
  /** ms UTC. */
  now: () => number;
  /** Runs once after so long; what it gives back calls it off. */
  after: (ms: number, run: () => void) => () => void;
}>;

/** The wall. */
export const WALL_CLOCK: VenueClock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
