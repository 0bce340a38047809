import type { AccountId, AssetId, StateView } from "@bulkhead/core";
import { type Desk, EdgeStore, listen } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { ratio } from "../kit/books.ts";
import { StillAccount } from "../kit/still-desk.ts";

type Facts = Readonly<{ mode?: "paper" | "live"; base?: string; cash: string; rates?: Readonly<Record<string, string>> }>;

/** An account of any name, mode and base currency with one portfolio; what it has is cash of its base. */
class Named extends StillAccount {
  readonly #facts: Facts;

  constructor(name: string, facts: Facts) {
    super({}, Date.now);
    Object.assign(this, { id: name as AccountId });
    this.#facts = facts;
    this.with((books) => {
      books.portfolio("alpha", "0");
      books.run(books.markAsk({}, { EUR: "1" })); // What is in the books of an account in euros is not looked at here.
      books.deposit("alpha", `${facts.cash} ${facts.base ?? "USD"}`);
    });
  }

  override get state(): typeof StillAccount.prototype.state {
    const state = super.state;
    const facts = this.#facts as Facts | undefined; // Not there yet while the books are begun.
    const account = (state as StateView).account;
    const base = state.assets.get((facts?.base ?? "USD") as AssetId);
    if (account === undefined || base === undefined || facts === undefined) return state;
    const rates = new Map(
      Object.entries(facts.rates ?? {}).map(([asset, rate]) => [asset, { rate: ratio(rate), at: state.at, source: "test" }]),
    );
    const portfolios = new Map([...state.portfolios].filter(([id]) => id === "alpha"));
    return { ...state, rates, portfolios, account: { ...account, base, mode: facts.mode ?? "paper" } } as unknown as typeof state;
  }
}

type Body = Readonly<{ data: Readonly<{ accounts: readonly unknown[]; combined: readonly unknown[] }> }>;

async function picture(accounts: readonly Named[]): Promise<Body["data"]> {
  const desk: Desk = {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    readiness: { ready: true, reasons: [] },
    stop: () => Promise.resolve(),
  };
  const store = new EdgeStore(":memory:");
  const listening = await listen(desk, { port: 0, store });
  onTestFinished(async () => {
    await listening.close();
    store.close();
  });
  const answer = await fetch(`${listening.url}/api/accounts`);
  return ((await answer.json()) as Body).data;
}

test("[HTTP-70] S0.41 S4.30: accounts of one mode are added at a rate that is shown; paper and live never", async () => {
  const { accounts, combined } = await picture([
    new Named("main", { cash: "1000", rates: { EUR: "1.1" } }),
    new Named("more", { cash: "50" }),
    new Named("euro", { cash: "200", base: "EUR" }),
    new Named("real", { cash: "7", mode: "live" }),
  ]);
  expect(accounts).toMatchObject([
    { account_id: "main", mode: "paper", base_currency: "USD", equity: "1000", cash: "1000", portfolios: 1, ready: true },
    { account_id: "more", mode: "paper", base_currency: "USD", equity: "50" },
    { account_id: "euro", mode: "paper", base_currency: "EUR", equity: "200" },
    { account_id: "real", mode: "live", base_currency: "USD", equity: "7" },
  ]);
  expect(combined).toMatchObject([
    {
      mode: "paper",
      currency: "USD",
      accounts: ["main", "more", "euro"],
      equity: "1270",
      rates: [{ asset: "EUR", rate: "1.1", account_id: "main" }],
      left_out: [],
    },
    { mode: "live", currency: "USD", accounts: ["real"], equity: "7", rates: [], left_out: [] },
  ]);
});

test("[HTTP-70] a rate is taken from the other account's books where ours has none; without one an account is left out by name", async () => {
  const front = await picture([new Named("euro", { cash: "200", base: "EUR", rates: { USD: "0.5" } }), new Named("usd", { cash: "10" })]);
  expect(front.combined[0]).toMatchObject({
    currency: "EUR",
    equity: "205",
    accounts: ["euro", "usd"],
    rates: [{ asset: "USD", rate: "0.5" }],
  });
  const back = await picture([new Named("usd", { cash: "10" }), new Named("euro", { cash: "200", base: "EUR", rates: { USD: "0.5" } })]);
  expect(back.combined).toMatchObject([{ currency: "USD", equity: "410", rates: [{ asset: "USD", rate: "0.5", account_id: "euro" }] }]);
  const lost = await picture([new Named("usd", { cash: "10" }), new Named("euro", { cash: "200", base: "EUR" })]);
  expect(lost.combined).toMatchObject([{ currency: "USD", equity: "10", accounts: ["usd"], rates: [], left_out: ["euro"] }]);
});
