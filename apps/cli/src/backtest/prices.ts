import type { Config, DataTable } from "@bulkhead/contract";
import { explain } from "@bulkhead/contract";
import type { InstrumentId } from "@bulkhead/core";
import {
  type BarSeries,
  type CorporateAction,
  catalogOf,
  entryOf,
  formatIssue,
  type InstrumentFacts,
  type Listing,
  type LoadFailure,
  type LoadNote,
  loadRecorded,
  type Resolution,
  type RowIssue,
  resolutionOf,
  syntheticMarket,
} from "@bulkhead/market";
import { placeText } from "../configuration.ts";
import { CommandFailure } from "../shell.ts";

/** Everything that a run trades on. `synthetic`: a generator made it up. */
export type Prices = Readonly<{
  series: readonly BarSeries[];
  instruments: readonly InstrumentFacts[];
  actions: ReadonlyMap<InstrumentId, readonly CorporateAction[]>;
  issues: readonly RowIssue[];
  notes: readonly LoadNote[];
  resolution: Resolution;
  synthetic: boolean;
}>;

export type PricesOptions = Readonly<{
  /** The folder that relative paths start from. */
  folder: string;
  /** What the portfolios trade; null: everything that the sources have. */
  symbols: readonly string[] | null;
  onProgress?: ((progress: Readonly<{ path: string; rows: number }>) => void) | undefined;
}>;

/** How long an invented market lasts where nobody says. */
const SYNTHETIC = { from: "2026-01-05", days: 90 } as const;

/** Loads what the configuration names. */
export function loadPrices(config: Config, options: PricesOptions): Prices {
  const { data, from, to, seed, resolution } = config.backtest;
  if (data.length === 0) throw new CommandFailure("CLI_PRICES_MISSING", {}, { exitCode: 2 });
  if (data.some((source) => source.format === "synthetic")) {
    const made = { seed, from: from ?? SYNTHETIC.from, days: daysOf(from, to), resolution: resolutionOf(resolution ?? "1h") };
    return synthetic(made, options.symbols);
  }
  const loaded = loadRecorded(data.filter(isRecorded), {
    folder: options.folder,
    symbols: options.symbols,
    resolution: resolution === null ? undefined : resolutionOf(resolution),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    onProgress: options.onProgress,
  });
  if (!loaded.ok) throw loadFailure(loaded, namedIn(config, loaded));
  return { ...loaded, synthetic: false };
}

/** What the sources have, before any bar is read. */
export function listingsIn(data: readonly DataTable[], folder: string): readonly Listing[] {
  const found = catalogOf(data.filter(isRecorded).map((source) => entryOf(source, folder)));
  if ("ok" in found) throw loadFailure(found);
  return found;
}

/** Where the configuration names the symbol that a failure is about: "bulkhead.toml:9:1 aggressive: symbols". */
function namedIn(config: Config, failure: LoadFailure): readonly string[] {
  const symbol = /^symbol=([^,]+)/.exec(failure.text)?.[1];
  return config.accounts.flatMap((account) =>
    account.portfolios.flatMap(({ id, symbols, path }) =>
      symbol !== undefined && symbols?.includes(symbol) === true
        ? [`${placeText(config.originOf([...path, "symbols"]))}${id}: symbols`]
        : [],
    ),
  );
}

/** A failed load in the words of the catalogue, with where it was named and the first dirty rows under it. */
export function loadFailure(failure: LoadFailure, named: readonly string[] = []): CommandFailure {
  const { path, text } = failure;
  const about = path === undefined || text.includes(path) ? text : `${text}, path=${path}`;
  const rows = (failure.issues ?? []).slice(0, 20).map((issue) => `${formatIssue(issue)} ${explain(`ROW_${issue.code}`)}`);
  const left = (failure.issueCount ?? 0) - rows.length;
  return new CommandFailure(
    `DATA_${failure.code}`,
    { text: about },
    { details: [...named, ...rows, ...(left > 0 ? [`and ${left} more`] : [])], exitCode: 2 },
  );
}

type Recorded = Exclude<DataTable, { format: "synthetic" }>;
const isRecorded = (source: DataTable): source is Recorded => source.format !== "synthetic";

function daysOf(from: string | null, to: string | null): number {
  if (to === null) return SYNTHETIC.days;
  const days = Math.round((Date.parse(to.slice(0, 10)) - Date.parse((from ?? SYNTHETIC.from).slice(0, 10))) / 86_400_000) + 1;
  return Math.max(1, Math.min(days, 10_000));
}

function synthetic(options: Parameters<typeof syntheticMarket>[0], symbols: readonly string[] | null): Prices {
  const made = syntheticMarket(options);
  const keep = (facts: InstrumentFacts): boolean =>
    symbols === null || symbols.some((symbol) => symbol.toUpperCase() === facts.symbol || symbol === facts.id);
  const unknown = symbols?.find(
    (symbol) => !made.instruments.some((facts) => symbol.toUpperCase() === facts.symbol || symbol === facts.id),
  );
  if (unknown !== undefined) {
    const suggestion = `The invented market has ${made.instruments.map((facts) => facts.symbol).join(", ")}.`;
    throw new CommandFailure("CLI_SYMBOL_UNKNOWN", { symbol: unknown, suggestion }, { exitCode: 2 });
  }
  const kept = made.instruments.map(keep);
  return {
    series: made.series.filter((_, index) => kept[index]),
    instruments: made.instruments.filter((_, index) => kept[index]),
    actions: new Map(),
    issues: [],
    notes: [],
    resolution: options.resolution,
    synthetic: true,
  };
}
