import { enter, exit, type Intent, p, size, stop, strategy, ta, target } from "@bulkhead/strategies";

/** Decides by everything that it can see, so that a figure that is not the same makes another decision. */
const mixed = (...figures: readonly number[]): number => {
  let hash = 7;
  for (const figure of figures) hash = (hash * 31 + Math.round(figure * 1_000)) % 1_000_003;
  return Math.abs(hash);
};

export default strategy({
  name: "busy-mind",
  params: { salt: p.int(1), throws: p.int(0, { help: "throws at one in so many bars" }) },
  indicators: () => ({ mean: ta.sma(3), range: ta.atr(2) }),
  state: { version: 1, initial: { seen: 0, fills: 0, equity: 0 } },
  schedule: "1h",
  universe: ({ symbols, portfolio, params }) => symbols.filter((_, i) => mixed(portfolio.cash, params.salt, i) % 5 !== 0),
  onBar({ symbol, symbols, ind, bar, position, waiting, portfolio, params, state, log }) {
    state.seen += 1;
    state.equity = portfolio.equity;
    const held = position === undefined ? 0 : position.quantity + position.averageEntryPrice + position.barsHeld + position.unrealized;
    const figures = [portfolio.cash, portfolio.equity, ind.mean.value, ind.range.previous, bar.close, held, state.fills, state.seen];
    const chance = mixed(params.salt, waiting ? 1 : 2, ...figures);
    if (params.throws > 0 && chance % params.throws === 0) throw new Error(`at ${bar.at}`);
    if (chance % 7 === 0) log(`${symbol} ${chance}`);
    const why = `chance ${chance}`;
    const intents: Intent[] = [];
    if (chance % 3 === 0) intents.push(target.quantity((chance % 9) * 10, { symbol: symbols[chance % symbols.length] ?? symbol, why }));
    if (chance % 4 === 1) intents.push(enter.long({ size: size.percent("3%"), stop: stop.atr(ind.range, 2), why }));
    if (chance % 5 === 2 && position !== undefined) intents.push(exit({ portion: "50%", why }));
    return intents;
  },
  onFill({ state, waiting, params }, { quantity, price, cause }) {
    state.fills += 1;
    const chance = mixed(params.salt, quantity, price, waiting ? 1 : 2, state.fills, cause.length);
    return chance % 6 === 0 ? exit({ why: `filled, chance ${chance}` }) : undefined;
  },
  onSchedule({ symbols, of, portfolio, params, state }) {
    state.seen += symbols.length;
    return symbols.flatMap((symbol, i) => {
      const { bar, ind, waiting } = of(symbol);
      const chance = mixed(params.salt, portfolio.equity, bar.close, ind.mean.value, waiting ? 1 : 2, state.seen, i);
      return chance % 4 === 0 ? [target.weight(`${chance % 20}%`, { symbol, why: `scheduled, chance ${chance}` })] : [];
    });
  },
});
