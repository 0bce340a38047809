import type { Effect, InstantMs, OrderTerms, PortfolioId, VenueOrderSeq } from "@bulkhead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { MessageBudget } from "./message-budget.ts";
import { Outbox } from "./outbox.ts";

const at = (ms: number): InstantMs => ms as InstantMs;
const submit = (venueOrder: number, portfolio: string): Effect => ({
  type: "SubmitOrder",
  venueOrder: venueOrder as VenueOrderSeq,
  epoch: 1,
  terms: {} as OrderTerms,
  trigger: null,
  portfolio: portfolio as PortfolioId,
  order: venueOrder as never,
});
const cancel = (venueOrder: number): Effect => ({ type: "CancelVenueOrder", venueOrder: venueOrder as VenueOrderSeq });
const change = (venueOrder: number, terms: OrderTerms, before = terms): Effect => ({
  type: "ReplaceVenueOrder",
  ...{ venueOrder: venueOrder as VenueOrderSeq, terms, before },
});
const always = (): boolean => true;

const sent = (outbox: Outbox, now: number): readonly string[] => {
  const found: string[] = [];
  for (let parcel = outbox.next(at(now), always); parcel !== undefined; parcel = outbox.next(at(now), always))
    found.push(`${parcel.effect.type === "SubmitOrder" ? parcel.effect.portfolio : "cancel "}${parcel.effect.venueOrder}`);
  return found;
};

test("[LIVE-22] I16 B19 orders go one of each portfolio in turn, so that a storm of one keeps no other waiting", () => {
  const outbox = new Outbox(new MessageBudget({ perSecond: 5, perMinute: 300 }));
  for (let n = 1; n <= 50; n++) outbox.add({ effect: submit(n, "storm"), at: at(0) });
  outbox.add({ effect: submit(51, "calm"), at: at(0) });
  expect(sent(outbox, 0)).toEqual(["storm1", "calm51", "storm2", "storm3"]);
});

test("[LIVE-22] B19 cancels keep a fifth of the budget for themselves, and go first", () => {
  const outbox = new Outbox(new MessageBudget({ perSecond: 10, perMinute: 600 }));
  for (let n = 1; n <= 20; n++) outbox.add({ effect: submit(n, "storm"), at: at(0) });
  expect(sent(outbox, 0)).toHaveLength(8);
  for (let n = 1; n <= 3; n++) outbox.add({ effect: cancel(n), at: at(0) });
  expect(sent(outbox, 0)).toEqual(["cancel 1", "cancel 2"]);
  expect(sent(outbox, 1_000)[0]).toBe("cancel 3");
});

test("[LIVE-22] what is canceled before it was sent never leaves, and a change of it is in what leaves", () => {
  const outbox = new Outbox(new MessageBudget({ perSecond: 1, perMinute: 60 }));
  outbox.add({ effect: submit(1, "a"), at: at(0) });
  outbox.add({ effect: submit(2, "a"), at: at(0) });
  expect(outbox.add({ effect: change(2, { side: "sell" } as OrderTerms), at: at(0) })).toBe("taken");
  expect(outbox.add({ effect: cancel(1), at: at(0) })).toBe("withdrawn");
  expect(outbox.size).toBe(1);
  expect(outbox.next(at(5_000), always)?.effect).toMatchObject({ type: "SubmitOrder", venueOrder: 2, terms: { side: "sell" } });
});

test("[LIVE-22] of two changes of an order that wait one leaves, with what the order stays where it is refused", () => {
  const outbox = new Outbox(new MessageBudget({ perSecond: 1, perMinute: 60 }));
  const [first, second, third] = [1, 2, 3].map((quantity) => ({ quantity }) as unknown as OrderTerms) as [
    OrderTerms,
    OrderTerms,
    OrderTerms,
  ];
  outbox.add({ effect: change(1, second, first), at: at(0) });
  outbox.add({ effect: change(1, third, second), at: at(1) });
  expect(outbox.size).toBe(1);
  expect(outbox.next(at(5_000), always)?.effect).toEqual(change(1, third, first));
});

test("[LIVE-22] however messages come, no window ever sees more than the venue takes, and orders never the cancels' part", () => {
  const message = fc.record({ gap: fc.integer({ min: 0, max: 400 }), kind: fc.constantFrom("order" as const, "cancel" as const) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 200 }), fc.integer({ min: 5, max: 20 }), (messages, perSecond) => {
      const budget = new MessageBudget({ perSecond, perMinute: perSecond * 20 });
      const log: { at: number; kind: string }[] = [];
      let now = 0;
      for (const { gap, kind } of messages) {
        now += gap;
        if (budget.freeAt(kind, now) > now) continue;
        budget.spend(kind, now);
        log.push({ at: now, kind });
      }
      for (const [length, most] of [
        [1_000, perSecond],
        [60_000, perSecond * 20],
      ] as const)
        for (const { at: end } of log) {
          const inside = log.filter((each) => each.at > end - length && each.at <= end);
          expect(inside.length).toBeLessThanOrEqual(most);
          expect(inside.filter(({ kind }) => kind === "order").length).toBeLessThanOrEqual(most - Math.ceil(most / 5));
        }
    }),
    { numRuns: runs(300), seed: seed() },
  );
});
