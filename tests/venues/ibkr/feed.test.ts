import type { Feed } from "@bulkhead/market";
import { type IbkrFeed, type IbkrFeedOptions, openIbkrFeed } from "@bulkhead/venues";
import { describe, expect, test } from "vitest";
import { NOON, Rig } from "./rig.ts";

const MINUTE = 60_000;
const past = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    at: NOON - (count - i) * MINUTE,
    ...{ open: "200", high: "201", low: "199", close: `200.${10 + i}`, volume: "1000" },
  }));

async function open(rig: Rig, more: Partial<IbkrFeedOptions> = {}): Promise<IbkrFeed> {
  const feed = await openIbkrFeed({ venue: rig.venue, symbols: ["AAPL"], resolution: "1m", historyBars: 30, marketData: "live", ...more });
  feed.begin();
  return feed;
}

/** Takes everything that is there. */
function drain(feed: Feed): readonly string[] {
  const told: string[] = [];
  while (feed.nextAt < Number.POSITIVE_INFINITY) {
    const { closed, openings, quotes } = feed.take();
    if (openings > 0) told.push("open");
    if (closed > 0) told.push("bar");
    for (const { bid, ask } of quotes) told.push(`${bid}/${ask}`);
  }
  return told;
}

describe("market data through the wire", () => {
  test("[IBKR-70] it begins with history, then tells best prices on the tick", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.bars("AAPL", past(20));
    const feed = await open(rig);
    expect(feed.instruments.map(({ id }) => id)).toEqual(["AAPL@XNAS"]);
    expect(feed.series[0]?.length).toBe(20);
    expect(feed.series[0]?.closeAt[19]).toBe(NOON);
    expect(feed.state.connection).toBe("connected");
    rig.gateway.control.quote("AAPL", { bid: "201.5", ask: "201.56", bidSize: "3", askSize: "4" });
    await rig.until(() => feed.nextAt < Number.POSITIVE_INFINITY);
    await rig.settle();
    expect(drain(feed).at(-1)).toBe("2015000/2015600");
  });

  test("[IBKR-72] bars of the stream come closed, once, in order; what a lost connection cost is asked for", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.bars("AAPL", past(20));
    const feed = await open(rig);
    const minute = async (from: number): Promise<void> => {
      for (let second = 0; second < 60; second += 5) {
        rig.clock.advanceTo(NOON + from * MINUTE + second * 1_000 + 4_999);
        rig.gateway.control.quote("AAPL", { last: `20${from}.${10 + second}`, lastSize: "5" } as never);
        await rig.settle();
      }
    };
    await minute(0);
    await minute(1);
    await rig.until(() => (feed.series[0]?.length ?? 0) >= 20);
    drain(feed);
    const told = feed.series[0]?.length ?? 0;
    expect(told).toBeGreaterThanOrEqual(20);
    const opens = [...(feed.series[0]?.openAt.slice(0, told) ?? [])];
    expect(opens).toEqual([...new Set(opens)].sort((a, b) => a - b));
    rig.gateway.control.reset(1_000);
    await rig.until(() => feed.state.connection === "reconnecting");
    expect(feed.state.reconnects).toBe(1);
    await rig.until(() => feed.state.connection === "connected", "connected", 50);
  });

  test("[IBKR-71] M6 delayed prices are not told as live ones; asked for, they are told under their own name", async (context) => {
    const rig = await Rig.ready(context, { rights: "delayed" });
    const live = await open(rig);
    await rig.until(() => live.notes.length > 0);
    expect(live.notes[0]).toContain("354");
    expect(live.state).toMatchObject({ connection: "connecting", reason: expect.stringContaining("354") });
    const delayed = await open(rig, { marketData: "delayed" });
    expect(delayed.name).toBe("ibkr-delayed");
    rig.gateway.control.quote("AAPL", { bid: "201.5", ask: "201.56" });
    await rig.until(() => delayed.nextAt < Number.POSITIVE_INFINITY);
    expect(drain(live).filter((each) => each.includes("/"))).toEqual([]);
  });

  test("[IBKR-71] a competing session is a state with its reason, and tried again after a minute", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "competing-session" });
    const feed = await open(rig);
    await rig.until(() => feed.state.reason !== null);
    expect(feed.state).toMatchObject({ connection: "connecting", reason: expect.stringContaining("10197") });
    for (let i = 0; i < 13; i += 1) await rig.pass(5_000);
    rig.gateway.control.quote("AAPL", { bid: "201.5", ask: "201.56" });
    await rig.until(() => feed.state.connection === "connected");
  });

  test("[IBKR-74] S3.8 M4 what is no price is counted, and the gateway's clock is compared with ours", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.bars("AAPL", [
      ...past(20),
      { at: NOON - 30 * MINUTE, open: "200", high: "199", low: "201", close: "200", volume: "1" },
    ]);
    const feed = await open(rig);
    expect(feed.state).toMatchObject({ dropped: 1, invalid: 1 });
    rig.gateway.control.quote("AAPL", { bid: "201.5", ask: "201.56" });
    await rig.until(() => feed.nextAt < Number.POSITIVE_INFINITY);
    await rig.until(() => feed.state.skewMs === 0, "the clocks were compared");
    drain(feed);
    expect(feed.state).toMatchObject({ dropped: 1, invalid: 1, skewMs: 0 });
  });

  test("[IBKR-73] more symbols than the account has lines for, and a symbol that IBKR does not know, are refused", async (context) => {
    const rig = await Rig.ready(context);
    await expect(open(rig, { symbols: Array.from({ length: 51 }, (_, i) => `S${i}`) })).rejects.toThrow("102 market data lines");
    await expect(open(rig, { symbols: ["NONESUCH"] })).rejects.toThrow("NONESUCH");
  });
});
