/** Quote currencies by which a pair without separator is cut, longest first. */
const QUOTES = ["FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "BTC", "ETH", "BNB", "XBT"];

/** Base and quote of a coin's symbol: "BTC/USDT", "XRP_ETH", "BTCUSD". A symbol that names no quote is its own base, in `fallback`. */
export function splitPair(symbol: string, fallback: string): Readonly<{ base: string; quote: string }> {
  const text = symbol.toUpperCase().replace(/[:].*$/, "");
  const parts = /^([A-Z0-9]+)[/_-]([A-Z0-9]+)$/.exec(text);
  if (parts !== null) return { base: parts[1] ?? text, quote: parts[2] ?? fallback };
  const quote = QUOTES.find((candidate) => text.length > candidate.length && text.endsWith(candidate));
  return quote === undefined ? { base: text, quote: fallback } : { base: text.slice(0, -quote.length), quote };
}

/** A symbol as it stands in an id: upper case letters, digits, `.`, `-`; separators of pairs are dropped. */
export function symbolText(symbol: string): string {
  return symbol.toUpperCase().replace(/[^A-Z0-9.-]/g, "");
}

/** A pair as it stands in an id, with its venue where it has one: `BTC/USDT` is BTCUSDT, `BTC/USDT:USDT`, which settles, BTCUSDT-PERP. */
export function pairText(written: string): string {
  const [head = "", venue] = written.toUpperCase().split("@");
  const [pair = "", settle] = head.split(":");
  const isPerpetual = settle !== undefined || pair.endsWith("-PERP");
  const symbol = pair.replace(/-PERP$/, "").replaceAll(/[^A-Z0-9.]/g, "");
  return `${symbol}${isPerpetual ? "-PERP" : ""}${venue === undefined ? "" : `@${venue}`}`;
}
