import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cashScale, loadConfig } from "@bulkhead/contract";
import type { AccountId, Asset, AssetId, InstrumentId, Listing, StateView } from "@bulkhead/core";
import { replayFeed } from "@bulkhead/market";
import { openDesk, wallClock } from "@bulkhead/server";
import { startGateway } from "@bulkhead/tws-gateway";
import { openIbkrVenue } from "@bulkhead/venues";
import type { Figure } from "./measure.ts";

const EXECUTIONS = 5_000;
const CLIENT = 7;
const CONFIG =
  '[account]\nvenue = "ibkr"\n[account.ibkr]\nclient_id = 7\n[[portfolio]]\nid = "p"\n[[attribute]]\nportfolio = "p"\nclient = "0"\n';

/**
 * Executions with their commissions, from the wire of TWS to the durable journal: gateway, adapter and desk in one thread, so that it is
 * the least that a desk does.
 */
export async function fromWire(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const gateway = await startGateway({
    prices: { AAPL: "200" },
    masterClient: CLIENT,
    positions: [{ symbol: "AAPL", quantity: "1", averageCost: "200" }],
  });
  const loaded = loadConfig({ file: { name: "bench", text: CONFIG } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const desk = await openDesk({
    folder,
    config: loaded.config,
    clock: wallClock(),
    feed: replayFeed({ instruments: [], series: [] }),
    openBroker: (_account, state) => openIbkrVenue({ ...OPTIONS, port: gateway.port, books: booksOf(state) }),
  });
  try {
    const account = desk.accounts.get("main" as AccountId);
    if (account === undefined) throw new Error("no account");
    const { state } = account;
    await until(() => state.reconciliation.baselineAt !== null);
    const before = state.executions.size;
    const began = performance.now();
    const processor = process.cpuUsage();
    for (let sent = 0; sent < EXECUTIONS; sent++) {
      gateway.control.trade({ symbol: "AAPL", side: sent % 2 === 0 ? "BUY" : "SELL", quantity: "1", price: "200" });
      if (sent % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => state.executions.size - before >= EXECUTIONS && account.durableSeq >= state.seq);
    const used = process.cpuUsage(processor);
    // The smaller of both: a neighbour stretches the one, a collector's thread the other.
    const seconds = Math.min((performance.now() - began) / 1_000, (used.user + used.system) / 1e6);
    return [{ bench: "executions-from-wire", value: EXECUTIONS / seconds, unit: "executions/s", yardstick: null }];
  } finally {
    await desk.stop();
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const OPTIONS = {
  account: "main" as AccountId,
  mode: "paper",
  expectedAccount: null,
  host: "127.0.0.1",
  clientId: CLIENT,
  zone: "America/New_York",
  cashScale,
  chance: () => 0.5,
} as const;

const booksOf = (state: () => StateView) => () => ({
  listings: state().listings as ReadonlyMap<InstrumentId, Listing>,
  assets: state().assets as ReadonlyMap<AssetId, Asset>,
});

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 120_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error("not within two minutes");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
