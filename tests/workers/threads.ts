import { join } from "node:path";
import type { BarSeries } from "@bulkhead/market";
import { openWorkerSeats, readSource, SharedMarket, type StrategyFault, WORKER_SETTINGS, type WorkerSeats } from "@bulkhead/strategies";
import { afterEach } from "vitest";

/** Where the strategies of these tests lie. */
export const STRATEGIES = join(import.meta.dirname, "strategies");
/** Nothing is late because other tests are running. */
export const PATIENT = { ...WORKER_SETTINGS, deadlineMs: 60_000, loadDeadlineMs: 60_000, silenceMs: 120_000 } as const;

const open = new Set<WorkerSeats>();
afterEach(() => {
  for (const seats of open) seats.close();
  open.clear();
});

export type ThreadOptions = Readonly<{
  file: string;
  params?: Readonly<Record<string, unknown>>;
  series: readonly BarSeries[];
  market?: SharedMarket;
  settings?: Partial<typeof WORKER_SETTINGS>;
  onFault?: (fault: StrategyFault) => void;
}>;

/** A strategy file at work in a thread, ended with the test. */
export async function inThread({ file, params, series, market, settings, onFault }: ThreadOptions): Promise<WorkerSeats> {
  const source = await readSource(file, STRATEGIES);
  if (!source.ok) throw new Error(JSON.stringify(source.problems));
  const opened = await openWorkerSeats({
    name: file,
    source: source.value,
    params: params ?? {},
    symbols: series.map(({ instrument }) => instrument),
    series,
    market: market ?? new SharedMarket(),
    settings: { ...PATIENT, ...settings },
    onFault: onFault ?? (() => undefined),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  open.add(opened.value);
  return opened.value;
}
