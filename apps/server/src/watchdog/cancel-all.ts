/**
 * What can be ended at a venue without the desk: real venues give one, with credentials of its own. Called after the desk was ended; never
 * throws. `ended` says in words what came of it, with what is not confirmed and what cannot be canceled.
 */
export type CancelAll = () => Promise<Readonly<{ ended: string }>>;

/** The simulated venue lives inside the desk, and ended with it. */
export const ofSimulatedVenue: CancelAll = () =>
  Promise.resolve({ ended: "The simulated venue ended with the desk: nothing trades until it starts again." });
