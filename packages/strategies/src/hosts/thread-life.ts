import type { StrategySource } from "../files/load.ts";
import { fail, ok, type Result } from "../result.ts";
import type { SeriesColumns } from "../ta/series.ts";
import type { StrategyDeclaration } from "./declaration.ts";
import type { WorkerSettings } from "./settings.ts";
import type { SeriesHandle, SharedMarket } from "./shared-series.ts";
import { type End, StrategyThread } from "./thread.ts";

/** What a thread is started with, again and again. */
export type ThreadSetup = Readonly<{
  /** For people who look at threads. */
  name: string;
  source: StrategySource;
  params: Readonly<Record<string, unknown>>;
  fromText?: boolean;
  symbols: readonly string[];
  /** One per symbol: those of the host. */
  series: readonly SeriesColumns[];
  market: SharedMarket;
  settings: WorkerSettings;
}>;

/** Why a strategy file does not work in a thread: code, line where one is known, sentence with figures. */
export type WorkerProblem = Readonly<{ code: string; path: string; line: number | undefined; message: string }>;

/** A thread that has loaded its strategy. */
export type LoadedThread = Readonly<{ thread: StrategyThread; handles: SeriesHandle[]; declaration: StrategyDeclaration }>;

/** Starts a thread and loads the file in it; or says why not, and nothing is left behind. */
export async function startThread(setup: ThreadSetup, onEnd: (end: End) => void): Promise<Result<LoadedThread, WorkerProblem>> {
  const { name, source, params, fromText, symbols, series, market, settings } = setup;
  const handles = series.map((each) => market.handleOf(each));
  const work = { source, params, fromText: fromText ?? false, symbols, series: handles };
  const thread = new StrategyThread(work, { name, heapMb: settings.heapMb, onEnd });
  const loaded = await thread.loaded(settings.loadDeadlineMs);
  if ("declaration" in loaded) return ok({ thread, handles, declaration: loaded.declaration });
  thread.end();
  return fail(...("problems" in loaded ? loaded.problems : [{ ...loaded, path: source.path, line: undefined }]));
}

/** A heartbeat is looked for so often. */
const LOOK_EVERY_MS = 500;
/** So long without a failure, and the next one is a first one again. */
const CALM_MS = 600_000;

export type LifeEvents = Readonly<{
  /** It ended while nobody waited for it, or could not be started again. */
  onEnd: (end: End) => void;
  /** It is back: loaded, and to be begun. */
  onReturn: () => void;
}>;

/** Keeps a strategy's thread alive: looks for its heartbeat, and brings it back after failures, ever later. */
export class ThreadLife {
  /** How often it was started anew. */
  restarts = 0;
  readonly #setup: ThreadSetup;
  readonly #events: LifeEvents;
  #loaded: LoadedThread | undefined;
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #isResting = false;
  #isClosed = false;
  #isStarting = false;
  #restart: NodeJS.Timeout | undefined;
  readonly #look: NodeJS.Timeout;
  #beats = -1;
  #silentLooks = 0;

  constructor(setup: ThreadSetup, events: LifeEvents, first: LoadedThread) {
    this.#setup = setup;
    this.#events = events;
    this.#loaded = first;
    this.#look = setInterval(() => this.#lookForBeat(), LOOK_EVERY_MS);
    this.#look.unref();
  }

  /** Undefined while it is down. */
  get thread(): StrategyThread | undefined {
    return this.#loaded?.thread;
  }

  /** Series that moved to a larger memory since the thread was last told, by seat; bars that closed are there afterwards. */
  moved(): (readonly [seat: number, handle: SeriesHandle])[] {
    const moved: (readonly [number, SeriesHandle])[] = [];
    const handles = this.#loaded?.handles ?? [];
    for (const [seat, source] of this.#setup.series.entries()) {
      const handle = this.#setup.market.handleOf(source);
      if (handle === handles[seat]) continue;
      handles[seat] = handle;
      moved.push([seat, handle]);
    }
    return moved;
  }

  /** Ends the thread, and brings it back when it is time. */
  failed(): void {
    this.#loaded?.thread.end();
    this.#loaded = undefined;
    const now = performance.now();
    this.#failures = now - this.#failedAt > CALM_MS ? 1 : this.#failures + 1;
    this.#failedAt = now;
    if (!this.#isResting && !this.#isClosed) this.#comeBack();
  }

  /** While it rests it need not come back; afterwards at once. */
  rest(isResting: boolean): void {
    if (this.#isResting === isResting) return;
    this.#isResting = isResting;
    clearTimeout(this.#restart);
    if (isResting || this.#isClosed || this.#loaded !== undefined) return;
    this.#failures = 0;
    void this.#start();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#look);
    clearTimeout(this.#restart);
    this.#loaded?.thread.end();
    this.#loaded = undefined;
  }

  #comeBack(): void {
    const { restartMs, restartMaxMs } = this.#setup.settings;
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => void this.#start(), Math.min(restartMaxMs, restartMs * 2 ** (this.#failures - 1)));
    this.#restart.unref();
  }

  async #start(): Promise<void> {
    if (this.#isStarting) return;
    this.#isStarting = true;
    this.restarts += 1;
    const started = await startThread(this.#setup, (end) => this.#ended(end));
    this.#isStarting = false;
    if (this.#isClosed || this.#isResting) {
      if (started.ok) started.value.thread.end();
    } else if (started.ok) {
      this.#loaded = started.value;
      this.#silentLooks = 0;
      this.#events.onReturn();
    } else {
      const message = started.problems.map((problem) => problem.message).join("; ");
      this.#ended({ code: "STRATEGY_NOT_RESTARTED", message: `STRATEGY_NOT_RESTARTED: ${message}` });
    }
  }

  /** It ended by itself. */
  readonly ended = (end: End): void => this.#ended(end);

  #ended(end: End): void {
    if (this.#isClosed) return;
    this.failed();
    this.#events.onEnd(end);
  }

  #lookForBeat(): void {
    const thread = this.#loaded?.thread;
    if (thread === undefined) return;
    const { beats } = thread;
    this.#silentLooks = beats === this.#beats ? this.#silentLooks + 1 : 0;
    this.#beats = beats;
    // Looks are counted instead of time: a machine that slept has missed looks as well.
    const silentMs = this.#silentLooks * LOOK_EVERY_MS;
    if (silentMs >= this.#setup.settings.silenceMs)
      this.#ended({ code: "STRATEGY_SILENT", message: `STRATEGY_SILENT: for=${silentMs} ms` });
  }
}
