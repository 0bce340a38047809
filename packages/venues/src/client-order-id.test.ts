import type { AccountId, VenueOrderSeq } from "@bulkhead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import { clientOrderId, orderIdentity } from "./client-order-id.ts";

const account = "main" as AccountId;
const of = (epoch: number, seq: number) => ({ epoch, venueOrder: seq as VenueOrderSeq });
const counts = { numRuns: runs(2_000), seed: seed() };
const identity = fc.tuple(fc.integer({ min: 0, max: 32_767 }), fc.integer({ min: 0, max: 2 ** 30 - 1 }));

test("[COID-1] A5: the client order id of an order is the same for ever", () => {
  expect(clientOrderId(account, of(1, 1))).toBe("b1x0n0010000010k8j");
  expect(clientOrderId(account, of(1, 1))).toHaveLength(18);
});

test("[COID-2] an id names its order, and no other account's", () => {
  fc.assert(
    fc.property(identity, ([epoch, seq]) => {
      const id = clientOrderId(account, of(epoch, seq));
      expect(id).toMatch(/^[0-9a-z]{18}$/);
      expect(orderIdentity(account, id)).toEqual(of(epoch, seq));
      expect(orderIdentity("other" as AccountId, id)).toBeUndefined();
    }),
    counts,
  );
});

test("[COID-3] a reference with one character changed is nobody's of ours (B6)", () => {
  fc.assert(
    fc.property(
      identity,
      fc.nat({ max: 17 }),
      fc.constantFrom(..."0123456789abcdefghijklmnopqrstuvwxyz-"),
      ([epoch, seq], at, character) => {
        const id = clientOrderId(account, of(epoch, seq));
        fc.pre(id[at] !== character);
        expect(orderIdentity(account, id.slice(0, at) + character + id.slice(at + 1))).toBeUndefined();
      },
    ),
    counts,
  );
  for (const text of ["", "manual", "b1", "B150Y0010000010000", "x".repeat(18)]) expect(orderIdentity(account, text)).toBeUndefined();
});

test("[COID-4] beyond its digits there is no id rather than a wrong one", () => {
  for (const [epoch, seq] of [
    [32_768, 1],
    [1, 2 ** 30],
    [-1, 1],
    [1, 0.5],
  ] as const)
    expect(() => clientOrderId(account, of(epoch, seq))).toThrow("CLIENT_ORDER_ID");
});
