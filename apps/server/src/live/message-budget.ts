/** What counts against a venue's limits. Cancels have a fifth of them for themselves, and may use the rest too (B19). */
export type MessageKind = "order" | "cancel";

export type MessageLimits = Readonly<{ perSecond: number; perMinute: number }>;

type Window = {
  readonly lengthMs: number;
  readonly most: number;
  readonly ordersMost: number;
  readonly sent: { at: number; kind: MessageKind }[];
};

/** Messages that a venue takes within a second and within a minute. Pure: its clock comes in. */
export class MessageBudget {
  readonly #windows: readonly Window[];

  constructor({ perSecond, perMinute }: MessageLimits) {
    this.#windows = [
      { lengthMs: 1_000, most: perSecond },
      { lengthMs: 60_000, most: perMinute },
    ].map(({ lengthMs, most }) => ({ lengthMs, most, ordersMost: Math.max(1, most - Math.ceil(most / 5)), sent: [] }));
  }

  /** The first instant from `at` on at which one more may be sent; Infinity where none ever may. */
  freeAt(kind: MessageKind, at: number): number {
    let free = at;
    for (const window of this.#windows) {
      this.#forget(window, at);
      free = Math.max(free, freeIn(window, kind, at));
    }
    return free;
  }

  /** One was sent. */
  spend(kind: MessageKind, at: number): void {
    for (const { sent } of this.#windows) sent.push({ at, kind });
  }

  #forget({ sent, lengthMs }: Window, at: number): void {
    let old = 0;
    while (old < sent.length && (sent[old]?.at ?? at) <= at - lengthMs) old += 1;
    if (old > 0) sent.splice(0, old);
  }
}

function freeIn({ sent, lengthMs, most, ordersMost }: Window, kind: MessageKind, at: number): number {
  const orders = kind === "cancel" ? [] : sent.filter((each) => each.kind === "order");
  return Math.max(placeIn(sent, most, lengthMs, at), kind === "cancel" ? at : placeIn(orders, ordersMost, lengthMs, at));
}

/** When so many of these are old enough that one more fits. */
function placeIn(sent: readonly Readonly<{ at: number }>[], most: number, lengthMs: number, at: number): number {
  if (sent.length < most) return at;
  const last = sent[sent.length - most];
  return most <= 0 || last === undefined ? Number.POSITIVE_INFINITY : last.at + lengthMs;
}
