import { replayFeed, syntheticMarket } from "@bulkhead/market";
import { EdgeStore, type Listening, listen, type OpenedDesk } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { accountOf, configOf, MINUTE, newFolder, openPaper, recordsIn, removeFolder } from "./paper.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** The Friday after Thanksgiving, when New York closes at 13:00, and the Monday after it. */
const FRIDAY = Date.UTC(2026, 10, 27);
const MONDAY = Date.UTC(2026, 10, 30);
const at = (day: number, hour: number, minute = 0): number => day + (hour * 60 + minute) * MINUTE;
const OPENS = at(MONDAY, 14, 30);

const CONFIG = configOf(`
[account]
starting_cash = "100000"
[[portfolio]]
id = "hands"
starting_cash = "100000"
`);

type Story = Readonly<{ desk: OpenedDesk; clock: VirtualClock; ask: Ask; folder: string }>;
type Ask = (path: string, body?: object) => Promise<Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>>;

async function story(): Promise<Story> {
  const folder = newFolder();
  const market = syntheticMarket({ seed: 3, from: "2026-11-27", days: 4, resolution: "1m" });
  const feed = replayFeed({ series: market.series.slice(0, 1), instruments: market.instruments.slice(0, 1) });
  const { desk, clock } = await openPaper({ folder, at: at(FRIDAY, 14, 29), config: CONFIG, feed });
  const store = new EdgeStore(":memory:");
  const listening: Listening = await listen(desk, {
    port: 0,
    store,
    now: () => clock.now(),
    quoteOf: (account, instrument) => desk.accounts.get(account.id)?.quoteOf(instrument) ?? null,
    marketOf: (_account, instrument) => desk.marketOf(instrument),
    market: desk,
  });
  onTestFinished(async () => {
    await listening.close();
    store.close();
    await desk.stop();
    removeFolder(folder);
  });
  let keys = 0;
  const ask: Ask = async (path, body) => {
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `k${keys++}` };
    const asked = fetch(`${listening.url}${path}`, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
    const response = await asked;
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };
  return { desk, clock, ask, folder };
}

const wish = (quantity: number, timeInForce: string, more: object = {}): object => ({
  ...{ portfolio_id: "hands", instrument: "ACME", side: "buy", quantity: String(quantity), time_in_force: timeInForce },
  ...more,
});

test("[SES-1, SES-2, SES-3] a closed market is a state with its next opening; each time in force says whether an order waits or is refused", async () => {
  const { desk, clock, ask, folder } = await story();
  const id = desk.feed.instruments[0]?.id;
  if (id === undefined) throw new Error("no instrument");
  clock.advanceTo(at(FRIDAY, 15));
  expect(desk.marketOf(id)).toEqual({ open: true, nextOpenAt: null });
  const price = (await ask("/api/instruments")).body;
  expect(price).toBeDefined();
  expect((await ask("/api/orders", wish(1, "day", { order_type: "limit", limit_price: "95", allow_duplicate: true }))).status).toBe(422); // Too far from the price.
  const last = accountOf(desk).quoteOf(id)?.price as unknown as number;
  const far = (Math.floor(last * 0.96) / 100).toFixed(2);
  expect((await ask("/api/orders", wish(1, "day", { order_type: "limit", limit_price: far }))).status).toBe(201);

  clock.advanceTo(at(FRIDAY, 19)); // It closed at 13:00, an hour before.
  expect(desk.marketOf(id)).toEqual({ open: false, nextOpenAt: OPENS });
  const { data } = (await ask("/api/feeds")).body as { data: { instruments: object[] }[] };
  expect(data[0]?.instruments).toMatchObject([
    { instrument: id, market_open: false, next_open_at: "2026-11-30T14:30:00.000Z", trouble: null },
  ]);
  for (const timeInForce of ["ioc", "fok"]) {
    const { status, body } = await ask("/api/orders", wish(2, timeInForce));
    expect([status, body["code"]]).toEqual([422, "closed_market"]);
  }
  expect((await ask("/api/orders", wish(3, "day"))).status).toBe(201);
  expect((await ask("/api/orders", wish(4, "gtc"))).status).toBe(201);
  expect((await ask("/api/orders", wish(5, "gtd", { expires_at: "2026-11-29T12:00:00Z" }))).status).toBe(201);

  clock.leapTo(at(MONDAY, 14, 29));
  expect(accountOf(desk).state.executions.size).toBe(0);
  expect(desk.untradable).toEqual([]); // Silent, and not stale: nobody should have spoken.
  clock.advanceTo(at(MONDAY, 14, 31));
  await desk.stop();

  const { records } = recordsIn(folder);
  const told = records.flatMap(({ command }) => {
    if (command.type === "RecordExpiry") return [`expired ${command.reason} ${new Date(command.at).toISOString()}`];
    if (command.type !== "RecordExecution") return [];
    return [`filled ${String(command.quantity)} at ${String(command.price)} ${new Date(command.at).toISOString()}`];
  });
  const [series] = desk.feed.series;
  const open = series?.open[series.openAt.indexOf(OPENS)];
  expect(told).toEqual([
    "expired day 2026-11-27T18:00:00.000Z",
    "expired gtd 2026-11-29T12:00:00.000Z",
    `filled 3 at ${open} 2026-11-30T14:30:00.000Z`,
    `filled 4 at ${open} 2026-11-30T14:30:00.000Z`,
  ]);
});
