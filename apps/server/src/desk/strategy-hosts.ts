import type { Command, InstantMs, Portfolio, PortfolioId, PortfolioSettings, StateView, View } from "@bulkhead/core";
import type { Binding, Memory, StrategyAtWork } from "@bulkhead/host";
import type { StrategyDeclaration } from "@bulkhead/strategies";
import { type BindingSources, letGo, type Prepared, prepare, sourceOf } from "./bindings.ts";
import type { Acknowledged, Unstamped } from "./desk.ts";
import { type Hosted, type StrategyStatus, statusOf } from "./strategy-status.ts";

/** What strategies need of the account that they work for. */
export type Workplace = Readonly<{
  state: StateView;
  host: Readonly<{ memories: () => readonly Memory[]; workers: readonly StrategyAtWork[] }>;
  seat: (portfolio: PortfolioId, binding: Binding | null) => void;
  /** A command of the desk itself. */
  command: (command: Command) => void;
  submit: (command: Unstamped) => Promise<Acknowledged>;
  note: (sentence: string, level?: "info" | "warn") => void;
}>;

/** What came of asking for a strategy: done, refused by the books or the desk, or it does not load. */
export type Asked = Readonly<{ ok: true } | { ok: false; answer: Exclude<Acknowledged, { ok: true }> } | { ok: false; why: string }>;

/** Which strategy a portfolio should run, with which params. */
export type StrategyWish = Readonly<{ type: string; params: Readonly<Record<string, unknown>> }>;

type Loaded = Readonly<{ prepared: Prepared } | { why: string } | { none: true }>;

/** Where the strategies of one account work, from the books: seated, stopped, started and loaded anew, one change of a portfolio at a time. */
export class StrategyHosts {
  readonly #account: Workplace;
  readonly #sources: BindingSources;
  readonly #now: () => InstantMs;
  readonly #hosted = new Map<PortfolioId, Hosted>();
  readonly #resting = new Map<PortfolioId, Memory>();
  readonly #queues = new Map<PortfolioId, Promise<unknown>>();
  #isClosed = false;

  constructor(account: Workplace, sources: BindingSources, now: () => InstantMs) {
    this.#account = account;
    this.#sources = sources;
    this.#now = now;
  }

  /** Seats everything at a start, with what was remembered at the last end. Files are loaded all at once. */
  async open(memories: readonly Memory[]): Promise<void> {
    for (const memory of memories) this.#resting.set(memory.portfolio, memory);
    const ids = [...this.#account.state.portfolios.keys()];
    const loaded = await Promise.all(ids.map((id) => this.#load(id)));
    for (const [i, id] of ids.entries()) this.#swap(id, loaded[i] as Loaded, this.#resting.get(id));
  }

  /** Memories of strategies that are not at work now. */
  get resting(): readonly Memory[] {
    return [...this.#resting.values()];
  }

  /** How it stands with all strategies of the account. */
  get statuses(): readonly StrategyStatus[] {
    const { state, host } = this.#account;
    return [...state.portfolios.values()].flatMap((portfolio) => {
      const { strategy } = portfolio.settings;
      if (strategy === null) return [];
      const worker = host.workers.find(({ id }) => id === portfolio.id);
      const source = sourceOf(portfolio.id, strategy, this.#sources.account);
      return statusOf(portfolio, source, this.#hosted.get(portfolio.id), worker) ?? [];
    });
  }

  /** What decides for a portfolio, as it is at work; undefined where nothing is. */
  atWork(id: PortfolioId): StrategyAtWork | undefined {
    return this.#account.host.workers.find((worker) => worker.id === id);
  }

  /** The books of a portfolio changed: it runs what they say, unless it does already. */
  async follow(id: PortfolioId): Promise<void> {
    await this.#inTurn(id, async () => {
      if (this.#hosted.get(id)?.runs !== this.#runsOf(id)) await this.#seat(id);
    });
  }

  /** Its strategy is asked no more; its thread ends. Positions, orders and exits stay managed. */
  async stop(id: PortfolioId, by: string, reason: string): Promise<Asked> {
    const answer = await this.#account.submit({ type: "StopStrategy", by, portfolio: id, reason });
    if (!answer.ok) return { ok: false, answer };
    await this.follow(id);
    return { ok: true };
  }

  /** It is asked again, with what it remembered; one that failed is loaded anew. Where it does not load, nothing is started. */
  async start(id: PortfolioId, by: string, reason: string): Promise<Asked> {
    return this.#inTurn(id, async () => {
      const portfolio = this.#account.state.portfolios.get(id);
      if (portfolio === undefined || portfolio.archived || portfolio.settings.strategy === null || this.#runs(portfolio))
        return this.#submit({ type: "StartStrategy", by, portfolio: id, reason });
      const loaded = await this.#load(id, true);
      if (!("prepared" in loaded)) return { ok: false, why: "why" in loaded ? loaded.why : "" };
      const asked = await this.#submit({ type: "StartStrategy", by, portfolio: id, reason });
      if (asked.ok) this.#swap(id, loaded, undefined);
      else letGo(loaded.prepared.strategy);
      return asked;
    });
  }

  /** Takes the newest code of its file, with what it remembers as far as the shape allows. Where that does not load, what runs goes on. */
  async reload(id: PortfolioId, by: string): Promise<Asked> {
    return this.#inTurn(id, async () => {
      const loaded = await this.#load(id, true);
      if (!("prepared" in loaded)) return { ok: false, why: "why" in loaded ? loaded.why : "there is none." };
      const settings = this.#settingsWith(id, loaded.prepared.declaration);
      const asked =
        settings === undefined ? ({ ok: true } as const) : await this.#submit({ type: "ConfigurePortfolio", by, portfolio: id, settings });
      const isStopped = this.#account.state.portfolios.get(id)?.strategyStop !== null;
      if (asked.ok && !isStopped) this.#swap(id, loaded, undefined);
      else letGo(loaded.prepared.strategy);
      return asked;
    });
  }

  /**
   * Other params, or a built-in in place of what runs: loaded first, recorded then, seated with what it remembers as far as the shape
   * allows. Where it does not load, what runs goes on. Params that are left out are the defaults.
   */
  async configure(id: PortfolioId, by: string, { type, params }: StrategyWish): Promise<Asked> {
    return this.#inTurn(id, async () => {
      const portfolio = this.#account.state.portfolios.get(id);
      if (portfolio === undefined) return { ok: false, why: "there is no such portfolio." };
      const before = portfolio.settings.strategy;
      const kept = before?.type === type ? before : { type, version: "", codeHash: "" };
      const wanted = { ...portfolio, settings: { ...portfolio.settings, strategy: { ...kept, params: JSON.stringify(params) } } };
      const preparation = await prepare(this.#account.state, wanted, this.#sources);
      if (!preparation.ok) return preparation;
      const { name, version, codeHash, params: taken } = preparation.value.declaration;
      const now = this.#account.state.portfolios.get(id);
      const strategy = { type: name, version, codeHash: codeHash ?? "", params: JSON.stringify(taken) };
      const settings = { ...(now?.settings as PortfolioSettings), strategy };
      const asked = await this.#submit({ type: "ConfigurePortfolio", by, portfolio: id, settings });
      if (asked.ok && now?.strategyStop === null) this.#swap(id, { prepared: preparation.value }, undefined);
      else letGo(preparation.value.strategy);
      return asked;
    });
  }

  /** Ends all threads. */
  close(): void {
    this.#isClosed = true;
    for (const { seats } of this.#hosted.values()) seats?.close();
  }

  async #seat(id: PortfolioId): Promise<void> {
    for (;;) {
      const runs = this.#runsOf(id);
      const loaded = await this.#load(id);
      if (this.#runsOf(id) === runs) {
        this.#swap(id, loaded, undefined);
        return;
      }
      // The books changed while it was loaded.
      if ("prepared" in loaded) letGo(loaded.prepared.strategy);
    }
  }

  async #load(id: PortfolioId, evenStopped = false): Promise<Loaded> {
    const { state } = this.#account;
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined || portfolio.archived || portfolio.settings.strategy === null) return { none: true };
    if (portfolio.strategyStop !== null && !evenStopped) return { none: true };
    const preparation = await prepare(state, portfolio, this.#sources);
    return preparation.ok ? { prepared: preparation.value } : { why: preparation.why };
  }

  /** Seats what was loaded in place of what there was, with the newest memory. `first`: at a start, when bars were missed. */
  #swap(id: PortfolioId, loaded: Loaded, first: Memory | undefined): void {
    const before = this.#hosted.get(id);
    const memory = first ?? this.#memoryOf(id);
    if (this.#isClosed) {
      if ("prepared" in loaded) letGo(loaded.prepared.strategy);
      return;
    }
    if ("prepared" in loaded) {
      const { strategy, symbols, declaration } = loaded.prepared;
      this.#account.seat(id, { portfolio: id, strategy, symbols, ...(memory === undefined ? {} : { memory }) });
      this.#resting.delete(id);
      const seats = "close" in strategy ? strategy : undefined;
      const host = seats === undefined ? "in-process" : "worker";
      this.#hosted.set(id, { ...this.#hostedAs(id, host, ""), seats, warmUp: declaration.warmUp, schema: declaration.schema });
      this.#recordCode(id, declaration);
    } else {
      if (memory !== undefined && this.#mayReturn(id)) this.#resting.set(id, memory);
      else this.#resting.delete(id);
      this.#account.seat(id, null);
      const why = "why" in loaded ? loaded.why : "";
      this.#hosted.set(id, this.#hostedAs(id, "none", why));
      if (why !== "") this.#account.note(`Portfolio ${id} runs nothing: ${why} Its positions and stops stay managed.`, "warn");
    }
    letGo(before?.seats);
  }

  /** Whether what it remembers may be wanted again. */
  #mayReturn(id: PortfolioId): boolean {
    const portfolio = this.#account.state.portfolios.get(id);
    return portfolio?.archived === false && portfolio.settings.strategy !== null;
  }

  #hostedAs(id: PortfolioId, host: Hosted["host"], why: string): Hosted {
    return { runs: this.#runsOf(id), host, seats: undefined, why, since: this.#now(), warmUp: null, schema: null };
  }

  /** What it remembers now; what closed while it was away it does not see. */
  #memoryOf(id: PortfolioId): Memory | undefined {
    const memory = this.#account.host.memories().find(({ portfolio }) => portfolio === id) ?? this.#resting.get(id);
    return memory === undefined ? undefined : { ...memory, at: this.#now() };
  }

  /** The books name the code that runs: a file that is another than the last time is on record. */
  #recordCode(id: PortfolioId, declaration: StrategyDeclaration): void {
    const settings = this.#settingsWith(id, declaration);
    if (settings === undefined) return;
    this.#account.command({ type: "ConfigurePortfolio", at: this.#now(), by: "desk", portfolio: id, settings });
    const hosted = this.#hosted.get(id);
    if (hosted !== undefined) this.#hosted.set(id, { ...hosted, runs: this.#runsOf(id) });
    this.#account.note(`Portfolio ${id}: the file of ${declaration.name} has changed since it ran last; its books name the new code.`);
  }

  /** Settings that name this code; undefined where the books do. */
  #settingsWith(id: PortfolioId, { version, codeHash, params }: StrategyDeclaration): PortfolioSettings | undefined {
    const settings = this.#account.state.portfolios.get(id)?.settings as PortfolioSettings | undefined;
    if (settings === undefined || settings.strategy === null) return undefined;
    const before = settings.strategy;
    if (before.version === version && before.codeHash === (codeHash ?? "")) return undefined;
    return { ...settings, strategy: { ...before, version, codeHash: codeHash ?? "", params: JSON.stringify(params) } };
  }

  async #submit(command: Unstamped): Promise<Asked> {
    const answer = await this.#account.submit(command);
    return answer.ok ? { ok: true } : { ok: false, answer };
  }

  /** Whether it is asked, or will be without anybody's help soon. */
  #runs(portfolio: View<Portfolio>): boolean {
    const hosted = this.#hosted.get(portfolio.id);
    if (portfolio.strategyStop !== null || hosted === undefined || hosted.host === "none") return false;
    return hosted.seats === undefined || hosted.seats.condition !== "down";
  }

  #runsOf(id: PortfolioId): string {
    const portfolio = this.#account.state.portfolios.get(id);
    return JSON.stringify([
      portfolio?.settings.strategy,
      portfolio?.settings.universe,
      portfolio?.archived,
      portfolio?.strategyStop == null,
    ]);
  }

  #inTurn<T>(id: PortfolioId, work: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(id) ?? Promise.resolve()).then(work, work);
    this.#queues.set(
      id,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
