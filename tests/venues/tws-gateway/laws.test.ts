import { type Control, manualClock, startGateway, type Truth } from "@bulkhead/tws-gateway";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../count.ts";

/** What happens at a market and to an account, as numbers that a script is made of. */
const happening = fc.record({
  kind: fc.constantFrom("quote", "place", "place", "trade", "fill", "cancel", "correct", "bust", "cash", "endDay", "night"),
  symbol: fc.constantFrom("AAPL", "MSFT"),
  side: fc.constantFrom("BUY", "SELL"),
  quantity: fc.integer({ min: 1, max: 300 }),
  cents: fc.integer({ min: 100, max: 40_000 }),
  which: fc.nat(1_000),
});
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;

const price = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;

function happen(control: Control, clock: Readonly<{ advance: (ms: number) => void }>, one: Happening): void {
  const { kind, symbol, side, quantity, cents, which } = one;
  const { orders, executions } = control.truth();
  const order = orders[which % Math.max(1, orders.length)];
  const execution = executions[which % Math.max(1, executions.length)];
  const asked = { symbol, side, quantity: String(quantity) } as const;
  if (kind === "quote")
    control.quote(symbol, { bid: price(cents), ask: price(cents + 1), bidSize: String(quantity), askSize: String(which) });
  if (kind === "place") control.place({ ...asked, limit: price(cents), reference: `r${which}` });
  if (kind === "trade") control.trade({ ...asked, price: price(cents) });
  if (kind === "fill" && order !== undefined && order.leaves !== "0") control.fill({ permId: order.permId }, { price: price(cents) });
  if (kind === "cancel" && order !== undefined) control.cancel({ permId: order.permId });
  if (kind === "correct" && execution !== undefined) control.correct(execution.root, { price: price(cents), quantity: String(quantity) });
  if (kind === "bust" && execution !== undefined) control.bust(execution.root);
  if (kind === "cash") control.cash("USD", `-${price(cents)}`, "fee");
  if (kind === "endDay") control.endDay();
  if (kind === "night") clock.advance(86_400_000);
}

const exact = (text: string): bigint => {
  const [, sign = "", whole = "0", part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return BigInt(`${sign}${whole}${part.padEnd(8, "0")}`);
};

/** What the newest versions of all executions and all entries make of an account, counted here. */
function counted({ executions, entries }: Truth) {
  let cash = entries.reduce((sum, { amount }) => sum + exact(amount), 0n);
  const positions = new Map<string, bigint>();
  for (const { current, side, quantity, price: at, commission, symbol } of executions) {
    if (!current) continue;
    const signed = side === "BOT" ? exact(quantity) : -exact(quantity);
    cash -= (signed * exact(at)) / 100_000_000n + exact(commission);
    positions.set(symbol, (positions.get(symbol) ?? 0n) + signed);
  }
  return { cash, positions: [...positions].filter(([, quantity]) => quantity !== 0n).sort() };
}

test("[TWSG-42, TWSG-80] whatever happens: cash and positions are what the newest executions and entries add up to, and orders hold what they filled", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (script) => {
      const clock = manualClock(Date.UTC(2026, 10, 20, 15));
      const one = await startGateway({ clock, prices: { AAPL: "200", MSFT: "400" } });
      for (const step of script) happen(one.control, clock, step);
      const truth = one.control.truth();
      await one.close();
      const { cash, positions } = counted(truth);
      expect(exact(truth.cash["USD"] ?? "0")).toBe(cash);
      expect(truth.positions.map(({ symbol, quantity }) => [symbol, exact(quantity)] as const).sort()).toEqual(positions);
      for (const { permId, filled } of truth.orders) {
        const sum = truth.executions
          .filter((told) => told.current && told.permId === permId)
          .reduce((all, told) => all + exact(told.quantity), 0n);
        expect(exact(filled)).toBe(sum);
      }
      expect(new Set(truth.executions.map(({ id }) => id)).size).toBe(truth.executions.length);
    }),
    { numRuns: runs(500), seed: seed() },
  );
});
