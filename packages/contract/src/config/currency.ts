import type { Scale } from "@bulkhead/money";

/** Currencies without cents (ISO 4217 minor unit 0). */
const WITHOUT_CENTS = new Set([
  "BIF",
  "CLP",
  "DJF",
  "GNF",
  "ISK",
  "JPY",
  "KMF",
  "KRW",
  "PYG",
  "RWF",
  "UGX",
  "UYI",
  "VND",
  "VUV",
  "XAF",
  "XOF",
  "XPF",
]);

/** Decimal places that cash of a currency is kept with: six, four for currencies without cents. It never changes (design: the books). */
export const cashScale = (currency: string): Scale => (WITHOUT_CENTS.has(currency) ? 4 : 6);
