/** Fiat that exchanges keep balances in. */
const FIAT =
  "USD EUR GBP JPY CHF AUD CAD NZD SGD HKD KRW CNY TWD THB IDR MYR PHP VND INR TRY BRL MXN ARS CLP COP PEN ZAR NGN KES AED SAR ILS PLN CZK HUF RON SEK NOK DKK UAH RUB KZT GEL";
/** Coins that stand for one unit of fiat: held as cash, each a currency of its own (USDT is not USD). */
const STABLE =
  "USDT USDC DAI FDUSD TUSD BUSD USDP GUSD PYUSD USDD USDE USD1 RLUSD USDG USDQ USDR USDS LUSD FRAX EURC EURT EURI EURQ EURR AEUR EURS XSGD GYEN BIDR IDRT TRYB BRZ";

const CASH: ReadonlySet<string> = new Set(`${FIAT} ${STABLE}`.split(" "));

/** Whether a balance of this code is cash: fiat and stablecoins, which have no lots. */
export const isCash = (code: string): boolean => CASH.has(code);
