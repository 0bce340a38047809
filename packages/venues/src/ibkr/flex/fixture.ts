import { type FlexOptions, type ReadStatement, readFlex } from "./read-flex.ts";

type Row = Readonly<Record<string, string>>;

const SECTIONS: Readonly<Record<string, string>> = {
  Trade: "Trades",
  Order: "Trades",
  TradeConfirm: "TradeConfirms",
  CashTransaction: "CashTransactions",
  CorporateAction: "CorporateActions",
  Transfer: "Transfers",
  OpenPosition: "OpenPositions",
  CashReportCurrency: "CashReport",
  AccountInformation: "AccountInformation",
};

export const STOCK: Row = {
  assetCategory: "STK",
  symbol: "ACME",
  description: "ACME INC",
  conid: "1001",
  isin: "US0000000011",
  currency: "USD",
  listingExchange: "NYSE",
  multiplier: "1",
};

/** A trade of a share as statements write it: what is bought is positive, what is paid negative. */
export const trade = (more: Row = {}): Row => ({
  ...STOCK,
  levelOfDetail: "EXECUTION",
  dateTime: "20260402;110805",
  buySell: "BUY",
  quantity: "10",
  tradePrice: "50",
  proceeds: "-500",
  ibCommission: "-1",
  ibCommissionCurrency: "USD",
  taxes: "0",
  netCash: "-501",
  tradeID: "7001",
  ibExecID: "0000e1a2.65b3c4d5.01.01",
  ...more,
});

/** A statement with these rows, one per line from line 4 on in the order given; empty sections are there too. */
export function flexText(rows: readonly (readonly [string, Row])[], about: Row = {}): string {
  const head = { accountId: "U1", fromDate: "20260401", toDate: "20260430", whenGenerated: "20260501;010000", ...about };
  const lines = rows.map(([name, row]) => {
    const section = SECTIONS[name] ?? `${name}s`;
    return Object.keys(row).length === 0 ? `<${section} />` : `<${section}><${name} ${attributes(row)} /></${section}>`;
  });
  return `<FlexQueryResponse queryName="q" type="AF">\n<FlexStatements count="1">\n<FlexStatement ${attributes(head)}>\n${lines.join("\n")}\n</FlexStatement></FlexStatements></FlexQueryResponse>\n`;
}

const attributes = (row: Row): string =>
  Object.entries(row)
    .map(([name, value]) => `${name}="${value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}"`)
    .join(" ");

export const OPTIONS: FlexOptions = { file: "test.xml", cashScale: () => 6, account: null, zone: "America/New_York", leaveOut: new Set() };

export const readRows = (rows: readonly (readonly [string, Row])[], options: Partial<FlexOptions> = {}): ReadStatement =>
  readFlex(flexText(rows), { ...OPTIONS, ...options });
