import type { Decimal } from "../decimal.ts";
import { type Contract, crypto, forex, future, option, stock } from "./contract.ts";

/** What a client says of a contract: what is empty or zero matches anything. */
export type ContractQuery = Readonly<{
  conId: number;
  symbol: string;
  secType: string;
  expiry: string;
  strike: Decimal | null;
  right: string;
  exchange: string;
  currency: string;
  localSymbol: string;
}>;

/** The first contracts of every gateway, under the ids that IBKR gives them. */
const LISTED: readonly Contract[] = [
  stock("AAPL", 265598, "APPLE INC"),
  stock("MSFT", 272093, "MICROSOFT CORP"),
  stock("AMZN", 3691937, "AMAZON.COM INC"),
  stock("NVDA", 4815747, "NVIDIA CORP"),
  stock("GOOG", 208813720, "ALPHABET INC-CL C"),
  stock("META", 107113386, "META PLATFORMS INC-CLASS A"),
  stock("TSLA", 76792991, "TESLA INC"),
  stock("AMD", 4391, "ADVANCED MICRO DEVICES"),
  stock("QQQ", 320227571, "INVESCO QQQ TRUST SERIES 1"),
  stock("IBM", 8314, "INTL BUSINESS MACHINES CORP", "NYSE"),
  stock("SPY", 756733, "SPDR S&P 500 ETF TRUST", "ARCA"),
  stock("IWM", 9579970, "ISHARES RUSSELL 2000 ETF", "ARCA"),
  future("ES", 649180695, "ESZ6", "20261218", "50"),
  option("QQQ", 728937835, "20270115", "P", "500"),
  forex("EUR", "USD", 12087792),
  crypto("BTC", 479624278),
];

/** Ids of contracts that tests and prices add by their symbol begin here. */
const FIRST_OWN_ID = 900_000_001;

/** The gateway's contracts. */
export class Directory {
  readonly #byId = new Map<number, Contract>();
  #nextId = FIRST_OWN_ID;

  constructor(more: readonly Contract[] = []) {
    for (const contract of [...LISTED, ...more]) this.add(contract);
  }

  /** Puts it in, or in the place of the one with its id. */
  add(contract: Contract): Contract {
    this.#byId.set(contract.conId, contract);
    return contract;
  }

  /** Nobody lists it any more; what is held of it stays. */
  remove(conId: number): void {
    this.#byId.delete(conId);
  }

  byId(conId: number): Contract | undefined {
    return this.#byId.get(conId);
  }

  /** Everything that a client can mean by this. An exchange matches where the contract trades there or is routed. */
  find(query: ContractQuery): Contract[] {
    return [...this.#byId.values()].filter((contract) => matches(contract, query));
  }

  /** The contract of a symbol (`AAPL`, `ESZ6`, `EUR.USD`); a stock of that name is made where there is none. */
  named(symbol: string): Contract {
    const all = [...this.#byId.values()];
    const known = all.find((contract) => contract.localSymbol === symbol) ?? all.find((contract) => contract.symbol === symbol);
    return known ?? this.add(stock(symbol, this.#nextId++));
  }

  /** Contracts whose symbol or name begins with this, or holds it; best first. */
  search(pattern: string): Contract[] {
    const asked = pattern.trim().toUpperCase();
    const rank = ({ symbol, longName }: Contract): number =>
      symbol === asked ? 0 : symbol.startsWith(asked) ? 1 : longName.toUpperCase().includes(asked) ? 2 : 3;
    if (asked === "") return [];
    const found = [...this.#byId.values()].filter((contract) => rank(contract) < 3 && contract.secType !== "OPT");
    return found.sort((a, b) => rank(a) - rank(b)).slice(0, 16);
  }
}

function matches(contract: Contract, query: ContractQuery): boolean {
  if (query.conId !== 0) return contract.conId === query.conId;
  const routed = ["", "SMART", contract.exchange, contract.primaryExchange];
  return (
    (query.symbol !== "" || query.localSymbol !== "") &&
    (query.symbol === "" || contract.symbol === query.symbol) &&
    (query.localSymbol === "" || contract.localSymbol === query.localSymbol) &&
    (query.secType === "" || contract.secType === query.secType) &&
    (query.expiry === "" || contract.expiry.startsWith(query.expiry)) &&
    (query.strike === null || query.strike === 0n || contract.strike === query.strike) &&
    (query.right === "" || query.right === "?" || query.right === "0" || contract.right === query.right.charAt(0)) &&
    (query.currency === "" || contract.currency === query.currency) &&
    routed.includes(query.exchange)
  );
}
