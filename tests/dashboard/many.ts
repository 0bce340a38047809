/** A configuration of so many portfolios, each of which buys so many invented symbols and keeps them. */
export function manyPortfolios(portfolios: number, symbols: number): string {
  const names = JSON.stringify(Array.from({ length: symbols }, (_, index) => `B${String(index).padStart(2, "0")}`));
  const tables = Array.from(
    { length: portfolios },
    (_, index) =>
      `[[portfolio]]\nid = "p${index}"\nname = "Portfolio ${index}"\nstarting_cash = "1000000"\nsymbols = ${names}\nstrategy = "buy-and-hold"\n`,
  );
  return `[kill]\nstorm_orders = "never"\nstorm_account_orders = "never"\n[account]\nstarting_cash = "${portfolios * 1_000_000}"\n\n${tables.join("\n")}`;
}
