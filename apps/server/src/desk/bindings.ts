import type { AccountConfig } from "@bulkhead/contract";
import type { InstrumentId, Portfolio, PortfolioId, StateView, View } from "@bulkhead/core";
import type { LiveBars } from "@bulkhead/market";
import {
  type BoundStrategy,
  bindStrategy,
  declarationOf,
  isStrategyPath,
  loadStrategy,
  openWorkerSeats,
  readSource,
  SharedMarket,
  type StrategyDeclaration,
  type StrategyFault,
  WORKER_SETTINGS,
  type WorkerProblem,
  type WorkerSeats,
  type WorkerSettings,
} from "@bulkhead/strategies";

export type BindingSources = Readonly<{
  account: AccountConfig;
  /** Folders that a path in the file, and one from elsewhere, start from. */
  folders: Readonly<{ file: string; working: string }>;
  /** What there is market data of. */
  series: readonly LiveBars[];
  /** Memory for it that threads share. */
  market: SharedMarket;
  settings: WorkerSettings;
  /** Told of what goes wrong with a strategy in a thread while nobody asks it. */
  onFault: (portfolio: PortfolioId, fault: StrategyFault) => void;
}>;

/** A strategy ready to be seated: here, or in a thread that is to be closed when it is not needed. */
export type Prepared = Readonly<{
  strategy: BoundStrategy | WorkerSeats;
  declaration: StrategyDeclaration;
  symbols: readonly InstrumentId[];
}>;

/** The strategy, or in a sentence why there is none. */
export type Preparation = Readonly<{ ok: true; value: Prepared } | { ok: false; why: string }>;

type StrategyRecord = NonNullable<Portfolio["settings"]["strategy"]>;

/** How a configuration names where a portfolio's strategy is found: a path where the books name a file, else the built-in that they name. */
export function sourceOf(id: PortfolioId, record: StrategyRecord, account: AccountConfig): string {
  const configured = account.portfolios.find((each) => each.id === id)?.strategy ?? null;
  return configured !== null && isStrategyPath(configured) && record.codeHash !== "" ? configured : record.type;
}

/**
 * The strategy that the books name for a portfolio, with the params that they keep. Only where its code is found comes from elsewhere: the
 * configuration's path, else the built-in of that name. A file is loaded in a thread of its own, and works there.
 */
export async function prepare(state: StateView, portfolio: View<Portfolio>, sources: BindingSources): Promise<Preparation> {
  const { id } = portfolio;
  const record = portfolio.settings.strategy;
  if (record === null) return { ok: false, why: "its books name none." };
  const { account, folders } = sources;
  const text = sourceOf(id, record, account);
  const params = JSON.parse(record.params) as Readonly<Record<string, unknown>>;
  const symbols = symbolsOf(portfolio, state, sources);
  const folder = account.portfolios.find((each) => each.id === id)?.from === "file" ? folders.file : folders.working;
  const strategy = isStrategyPath(text) ? await inThread(id, { text, folder, params, symbols }, sources) : await builtIn(text, params);
  if (typeof strategy === "string") return { ok: false, why: strategy };
  const declaration = "declaration" in strategy ? strategy.declaration : declarationOf(strategy);
  if (declaration.name === record.type) return { ok: true, value: { strategy, declaration, symbols } };
  letGo(strategy);
  return { ok: false, why: `its books name ${record.type}, and ${text} is ${declaration.name}.` };
}

/** Ends the thread of a strategy that has one. */
export function letGo(strategy: BoundStrategy | WorkerSeats | undefined): void {
  if (strategy !== undefined && "close" in strategy) strategy.close();
}

async function builtIn(name: string, params: Readonly<Record<string, unknown>>): Promise<BoundStrategy | string> {
  const loaded = await loadStrategy(name);
  if (!loaded.ok) return said(loaded.problems);
  const bound = bindStrategy(loaded.value.definition, params);
  return bound.ok ? bound.value : said(bound.problems);
}

type File = Readonly<{
  text: string;
  folder: string;
  params: Readonly<Record<string, unknown>>;
  fromText?: boolean;
  symbols: readonly InstrumentId[];
}>;
type Threads = Pick<BindingSources, "series" | "market" | "settings" | "onFault">;

async function inThread(id: PortfolioId, file: File, { series, market, settings, onFault }: Threads): Promise<WorkerSeats | string> {
  const { text, folder, params, symbols } = file;
  const source = await readSource(text, folder);
  if (!source.ok) return said(source.problems, text);
  const opened = await openWorkerSeats({
    name: `strategy of ${id}`,
    source: source.value,
    params,
    fromText: file.fromText ?? false,
    symbols,
    series: symbols.flatMap((symbol) => series.find(({ instrument }) => instrument === symbol) ?? []),
    market,
    settings,
    onFault: (fault) => onFault(id, fault),
  });
  return opened.ok ? opened.value : said(opened.problems, text);
}

const NO_THREADS: Threads = { series: [], market: new SharedMarket(), settings: WORKER_SETTINGS, onFault: () => undefined };

/** What a configured strategy with its params is, without setting it to work. A file is looked at in a thread. */
export async function declare(
  portfolio: AccountConfig["portfolios"][number] & { strategy: string },
  folder: string,
): Promise<StrategyDeclaration | string> {
  const { strategy: text, params, from } = portfolio;
  const fromText = from === "flag";
  if (isStrategyPath(text)) {
    const seats = await inThread(portfolio.id as PortfolioId, { text, folder, params, fromText, symbols: [] }, NO_THREADS);
    if (typeof seats === "string") return seats;
    seats.close();
    return seats.declaration;
  }
  const loaded = await loadStrategy(text);
  if (!loaded.ok) return said(loaded.problems);
  const bound = bindStrategy(loaded.value.definition, params, { fromText });
  return bound.ok ? declarationOf(bound.value) : said(bound.problems);
}

/** Problems in a line; a file goes by the name that it was given, not by its place on the disk. */
function said(problems: readonly Pick<WorkerProblem, "code" | "message" | "path">[], text?: string): string {
  const unknown = problems.filter(({ code }) => code === "PARAM_UNKNOWN");
  const [first, ...others] = unknown;
  // Params that a file has no more are one thing to say.
  const together =
    first === undefined ? [] : [others.length === 0 ? first.message : `${first.message}; nor ${others.map(({ path }) => path).join(", ")}`];
  const rest = problems.filter((problem) => !unknown.includes(problem));
  return [
    ...together,
    ...rest.map(({ message, path }) => (text === undefined || path === "" ? message : message.replaceAll(path, text))),
  ].join("; ");
}

/** What a portfolio may trade and there is data for. */
function symbolsOf(portfolio: View<Portfolio>, state: StateView, { series }: BindingSources): readonly InstrumentId[] {
  const instruments = series.map(({ instrument }) => instrument);
  const { universe } = portfolio.settings;
  return (universe ?? instruments).filter((each) => instruments.includes(each) && state.listings.has(each));
}
