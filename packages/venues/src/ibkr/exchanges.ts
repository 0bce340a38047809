/** Exchanges as TWS writes them and the market identifier (ISO 10383) that our ids have behind the `@`. */
const MIC: Readonly<Record<string, string>> = {
  NASDAQ: "XNAS",
  "NASDAQ.NMS": "XNAS",
  "NASDAQ.SCM": "XNAS",
  ISLAND: "XNAS",
  NYSE: "XNYS",
  ARCA: "ARCX",
  AMEX: "XASE",
  BATS: "BATS",
  IEX: "IEXG",
  PINK: "OTCM",
  CME: "XCME",
  GLOBEX: "XCME",
  CBOT: "XCBT",
  ECBOT: "XCBT",
  NYMEX: "XNYM",
  COMEX: "XCEC",
  CFE: "XCBF",
  EUREX: "XEUR",
  DTB: "XEUR",
  ICEEU: "IFEU",
  IPE: "IFEU",
  ICEUS: "IFUS",
  NYBOT: "IFUS",
  LSE: "XLON",
  LSEETF: "XLON",
  IBIS: "XETR",
  IBIS2: "XETR",
  FWB: "XFRA",
  SBF: "XPAR",
  AEB: "XAMS",
  "ENEXT.BE": "XBRU",
  BVL: "XLIS",
  EBS: "XSWX",
  BVME: "XMIL",
  BM: "XMAD",
  VSE: "XWBO",
  SFB: "XSTO",
  OSE: "XOSL",
  CPH: "XCSE",
  HEX: "XHEL",
  TSE: "XTSE",
  VENTURE: "XTSX",
  TSEJ: "XTKS",
  SEHK: "XHKG",
  SGX: "XSES",
  ASX: "XASX",
  NSE: "XNSE",
};
/** The first name of each, back again. */
const OF_MIC: ReadonlyMap<string, string> = new Map(
  Object.entries(MIC)
    .reverse()
    .map(([name, mic]) => [mic, name]),
);

/** Where a symbol names one share, wherever it is listed: the national market system of the US. */
const UNITED_STATES: ReadonlySet<string> = new Set(["XNYS", "XNAS", "ARCX", "XASE", "BATS", "IEXG", "NYSE", "NASDAQ", "ARCA", "AMEX"]);

/** The venue that stands behind the `@`; an exchange without an identifier of ours keeps its name. */
export function venueOf(exchange: string): string {
  return (
    MIC[exchange] ??
    (exchange
      .toUpperCase()
      .replaceAll(/[^A-Z0-9_-]/g, "")
      .slice(0, 24) ||
      "SMART")
  );
}

/** How TWS calls a venue of ours. */
export const exchangeOf = (venue: string): string => OF_MIC.get(venue) ?? venue;

/** Whether the same symbol at two venues is one and the same share: data files say XNYS of whatever trades in New York. */
export const isSameListing = (a: string, b: string): boolean => a === b || (UNITED_STATES.has(a) && UNITED_STATES.has(b));
