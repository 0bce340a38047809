import { availableCash, type Portfolio, type Protection, type View } from "@bulkhead/core";
import { isNegative, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { type Ask, UNATTRIBUTED } from "../kit/books.ts";
import { plain, replayed } from "../kit/look.ts";
import { EVERY_KIND, isPeoples, isVenues, type Kind, kindsOf, type Move, moveOf, NIGHTS, SETTINGS, Trading } from "./trading.ts";

const WHO = ["alpha", "beta"] as const;

function desk(): Trading {
  const trading = new Trading(SETTINGS);
  trading.mark({}, { EUR: "1.25" });
  for (const who of WHO) {
    trading.portfolio(who, "2000");
    trading.deposit(who, "500 EUR");
  }
  return trading;
}

type Turn = Readonly<{ who: number; move: Move; wait: number; mark: number }>;
const turns = (kinds: readonly Kind[], most = 60): fc.Arbitrary<readonly Turn[]> =>
  fc.array(fc.record({ who: fc.nat(1), move: moveOf(kinds), wait: fc.nat(70_000), mark: fc.nat(15) }), { maxLength: most, size: "max" });

/** Plays turns; a mark of all prices now and then. `after` looks at every step. */
function play(
  trading: Trading,
  all: readonly Turn[],
  after: (made: NonNullable<ReturnType<Trading["make"]>>, who: string) => void,
  before: () => void = () => {},
): void {
  for (const { who, move, wait, mark } of all) {
    trading.at += wait;
    if (mark > 12) trading.mark({ "SPY@X": String(mark), "SPIN@X": String(mark - 3), "BTC-USD@X": String(mark) });
    const name = WHO[who] ?? "alpha";
    before();
    const made = trading.make(name, move);
    if (made !== null) after(made, name);
  }
}

const options = (full: number) => ({ numRuns: runs(full), seed: seed() });
const heldOf = (portfolio: View<Portfolio>, asset: string): number =>
  unitsOf(portfolio.holdings.get(asset as never)?.quantity ?? (0 as never));

test("[ORD-16] reservations are the sum of working orders' and never negative, whatever happens; the audit agrees (I5, I7, I11)", () => {
  fc.assert(
    fc.property(turns(EVERY_KIND), (all) => {
      const trading = desk();
      play(trading, all, () => {
        for (const portfolio of trading.engine.state.portfolios.values()) {
          const sums = new Map<string, number>();
          for (const id of portfolio.orders) {
            const order = trading.row(id);
            expect(isNegative(order.reserved)).toBe(false);
            sums.set(order.reservedAsset, (sums.get(order.reservedAsset) ?? 0) + unitsOf(order.reserved));
          }
          for (const [asset, reserved] of portfolio.reserved) expect(unitsOf(reserved)).toBe(sums.get(asset) ?? 0);
        }
        trading.engine.audit();
      });
      for (const order of trading.engine.state.orders.values()) if (order.filled >= order.quantity) expect(unitsOf(order.reserved)).toBe(0);
      expect(plain(replayed(trading).state)).toEqual(plain(trading.engine.state));
    }),
    options(1_000),
  );
});

test("[RISK-9] nothing that people ask takes cash, or what is free of it, below zero (I5)", () => {
  fc.assert(
    fc.property(turns(kindsOf("orders", "facts", "changes", "control", "capital")), (all) => {
      const trading = desk();
      const free = () =>
        WHO.flatMap((who) =>
          ["USD", "EUR"].flatMap((asset) => [
            unitsOf(trading.of(who).ledger.get(asset as never)?.cash ?? (0 as never)),
            unitsOf(availableCash(trading.engine.state, trading.of(who), asset as never)),
          ]),
        );
      let before = free();
      const look = ({ ask }: Readonly<{ ask: Ask }>) => {
        const worse = free().filter((cash, i) => cash < 0 && cash < (before[i] ?? 0));
        if (isPeoples(ask.type)) expect(worse, ask.type).toEqual([]);
      };
      play(trading, all, look, () => {
        before = free();
      });
    }),
    options(1_000),
  );
});

test("[RISK-2] whatever limits are set and losses made, what is free of a position may be closed", () => {
  const kinds = [...kindsOf("orders", "facts", "odd"), ...(["pause", "configure", "configure", "kill", "fault", "deposit"] as const)];
  fc.assert(
    fc.property(turns(kinds), (all) => {
      const trading = desk();
      play(trading, all, () => {});
      for (const who of WHO) {
        for (const [asset, holding] of trading.of(who).holdings) {
          const listing = trading.engine.state.primary.get(asset);
          if (listing === undefined) continue;
          const side = isNegative(holding.quantity) ? "buy" : "sell";
          const closing = trading.of(who).orders.filter((id) => {
            const order = trading.row(id);
            return order.side === side && trading.assetOf(order.instrument) === asset;
          });
          const leaves = closing.reduce((sum, id) => sum + unitsOf(trading.row(id).quantity) - unitsOf(trading.row(id).filled), 0);
          const increment = unitsOf(listing.instrument.sizeIncrement);
          const free = Math.floor((Math.abs(unitsOf(holding.quantity)) - leaves) / increment) * increment;
          if (free <= 0) continue;
          const ask = trading.wish(who, listing.instrument.id, `${side} 1`.replace("1", "0"), { quote: null, reduceOnly: true }) as {
            terms: object;
          };
          const exit = { ...ask, terms: { ...ask.terms, quantity: free } } as never;
          expect(trading.verdict(trading.do(exit)), `${who} ${asset}`).toMatch(/^placed/);
        }
      }
    }),
    options(1_000),
  );
});

test("[RISK-1] orders that may only reduce never turn a position round nor make it larger, in any order of fills (I14)", () => {
  const exit = fc.record({
    quantity: fc.integer({ min: 1, max: 120 }),
    cancel: fc.boolean(),
    part: fc.integer({ min: 1, max: 120 }),
    which: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.boolean(), fc.array(exit, { minLength: 1, maxLength: 20 }), (long, exits) => {
      const trading = desk();
      trading.hold("alpha", "SPY@X", `${long ? "buy" : "sell"} 100`, "10");
      const open: { order: never; venueOrder: never }[] = [];
      let last = 100;
      for (const { quantity, cancel, part, which } of exits) {
        const side = long ? "sell" : "buy";
        const events = trading.do(trading.wish("alpha", "SPY@X", `${side} ${quantity}`, { reduceOnly: true, sizing: "reduce" }));
        const [placed] = events.filter((event) => event.type === "OrderPlaced");
        if (placed !== undefined) open.push({ order: placed.order as never, venueOrder: placed.venueOrder as never });
        const leaves = open.map(({ order }) => unitsOf(trading.row(order).quantity) - unitsOf(trading.row(order).filled));
        expect(leaves.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(last);
        const chosen = open[which % Math.max(1, open.length)];
        if (chosen === undefined) continue;
        const left = leaves[which % open.length] ?? 0;
        if (cancel || left === 0) {
          trading.run(trading.fact("RecordCancel", chosen.venueOrder));
          open.splice(which % open.length, 1);
        } else trading.fill(chosen, `${Math.min(part, left)} @ 10`);
        const now = heldOf(trading.of("alpha"), "SPY@X") * (long ? 1 : -1);
        expect(now >= 0 && now <= last).toBe(true);
        last = now;
      }
    }),
    options(1_000),
  );
});

test("[CTL-5, CTL-7] under a kill nothing is placed that could open, until a person clears it (I24)", () => {
  const kinds = [...kindsOf("orders", "facts", "changes"), ...(["kill", "flatten", "flatten", "clear", "clear", "late"] as const)];
  fc.assert(
    fc.property(turns(kinds), (all) => {
      const trading = desk();
      play(trading, all, ({ step }, who) => {
        if (!step.ok || !trading.engine.state.kills.has(`portfolio:${who}`)) return;
        for (const event of step.events) {
          if (event.type !== "OrderPlaced") continue;
          const asset = trading.assetOf(event.terms.instrument);
          const closing = event.terms.side === "sell" ? 1 : -1;
          const leaves = trading
            .of(who)
            .orders.map((id) => trading.row(id))
            .filter((order) => order.side === event.terms.side && trading.assetOf(order.instrument) === asset)
            .reduce((sum, order) => sum + unitsOf(order.quantity) - unitsOf(order.filled), 0);
          expect(leaves).toBeLessThanOrEqual(Math.max(0, heldOf(trading.of(who), asset) * closing));
        }
      });
    }),
    options(1_000),
  );
});

test("[ORD-8] a fact that comes again, however late, changes nothing (I12, I17)", () => {
  fc.assert(
    fc.property(turns([...kindsOf("orders", "facts", "odd", "changes"), "roll"], 40), fc.nat(1_000), (all, chance) => {
      const trading = desk();
      const facts: Ask[] = [];
      const past = new Set<string>();
      play(trading, all, ({ ask, step }) => {
        if (step.ok && step.events.length > 0 && isVenues(ask.type)) facts.push(ask);
        const again = facts[(chance + facts.length * 7) % Math.max(1, facts.length)];
        // An unanswered sending that is said again before anything else is known is still unanswered.
        if (again === undefined) return;
        const before = plain(trading.engine.state);
        const answer = trading.run(again);
        expect(answer.ok ? answer.events : answer.refusal.code, again.type).toEqual([]);
        expect(plain(trading.engine.state)).toEqual(before);
        past.add(again.type);
      });
    }),
    options(500),
  );
});

/** The venue cancels what it was asked to and fills the rest. */
function answerEverything(trading: Trading): void {
  for (let round = 0; round < 30; round++) {
    for (const who of [...WHO, UNATTRIBUTED]) {
      for (const id of [...trading.of(who).orders]) {
        const order = trading.row(id);
        const units = unitsOf(order.quantity) - unitsOf(order.filled);
        const fill = trading.fillAsk(order.venueOrder, order.instrument, `${order.side} 1 @ 10`, { executionId: `flat${id}` });
        if (order.status === "canceling") trading.canceled(order.venueOrder);
        else trading.do({ ...fill, quantity: units } as never);
      }
    }
  }
}

function expectFlat(trading: Trading): void {
  for (const who of WHO)
    for (const [asset, { quantity }] of trading.of(who).holdings) {
      const increment = unitsOf(trading.engine.state.primary.get(asset)?.instrument.sizeIncrement ?? (1 as never));
      expect(Math.abs(unitsOf(quantity)) < increment, `${who} ${asset} ${unitsOf(quantity)}`).toBe(true);
    }
  trading.engine.audit();
}

const FLATTEN = { kind: "account" } as const;

test("[CTL-6] a flattened portfolio ends flat, in whole increments, once its venue has answered everything", () => {
  fc.assert(
    fc.property(turns(kindsOf("orders", "facts", "changes")), (all) => {
      const trading = desk();
      play(trading, all, () => {});
      trading.run(trading.killAsk(FLATTEN, "flatten"));
      answerEverything(trading);
      expectFlat(trading);
    }),
    options(500),
  );
});

test("[CTL-6, CTL-7] also after late, corrected and refused exits, when the kill is engaged again", () => {
  fc.assert(
    fc.property(turns(kindsOf("orders", "facts", "odd", "changes")), turns(kindsOf("facts", "odd"), 12), (all, late) => {
      const trading = desk();
      play(trading, all, () => {});
      trading.run(trading.killAsk(FLATTEN, "flatten"));
      play(trading, late, () => {});
      trading.run(trading.killAsk(FLATTEN, "flatten"));
      answerEverything(trading);
      expectFlat(trading);
    }),
    options(500),
  );
});

test("[NIGHT-1, NIGHT-2, NIGHT-5] exits never come nearer overnight, are widened once a night, and are exactly as they were in the morning", () => {
  let nights = 0;
  fc.assert(
    fc.property(turns(kindsOf("orders", "facts", "changes", "capital"), 80), (all) => {
      const trading = desk();
      for (const who of WHO) trading.settings(who, { overnight: NIGHTS });
      const days = new Map<string, ReturnType<typeof levelsOf>>();
      let before = new Map<string, View<Protection>>();
      const key = (portfolio: string, instrument: string): string => `${portfolio} ${instrument}`;
      play(
        trading,
        all,
        ({ step }) => {
          if (!step.ok) return;
          for (const event of step.events) {
            if (event.type === "ProtectionArmed") days.delete(key(event.protection.portfolio, event.protection.instrument));
            if (event.type !== "ProtectionWidened" && event.type !== "ProtectionTightened") continue;
            const name = key(event.portfolio, event.instrument);
            const was = before.get(name);
            if (was === undefined) throw new Error(`${name} had no exits`);
            if (event.type === "ProtectionTightened") {
              expect(levelsOf(event)).toEqual(days.get(name) ?? levelsOf(was));
              days.delete(name);
              continue;
            }
            nights += 1;
            expect(was.overnight).toBeNull();
            days.set(name, levelsOf(was));
            const sign = was.direction === "long" ? 1 : -1;
            if (was.stop !== null) expect(sign * (Number(was.stop) - Number(event.stop))).toBeGreaterThanOrEqual(0);
            if (was.takeProfit !== null) expect(sign * (Number(event.takeProfit) - Number(was.takeProfit))).toBeGreaterThanOrEqual(0);
            if (was.trailing !== null) expect(Number(event.trailing)).toBeGreaterThanOrEqual(Number(was.trailing));
          }
        },
        () => {
          const protections = [...trading.engine.state.portfolios.values()].flatMap((each) => [...each.protections.values()]);
          before = new Map(protections.map((each) => [key(each.portfolio, each.instrument), structuredClone(each)]));
        },
      );
      expect(plain(replayed(trading).state)).toEqual(plain(trading.engine.state));
    }),
    options(300),
  );
  expect(nights).toBeGreaterThan(0);
});

const levelsOf = ({ stop, takeProfit, trailing }: Readonly<{ stop: unknown; takeProfit: unknown; trailing: unknown }>) => ({
  stop,
  takeProfit,
  trailing,
});
