import { drawdownCurve } from "../../performance/drawdown.ts";
import type { EquityHistory } from "../../performance/history.ts";
import { minus, percentText, shortCount } from "../formats.ts";
import { html, type Markup } from "../html/markup.ts";
import { areaOf, pathOf } from "./path.ts";
import { scaleOf, spanOf } from "./scale.ts";
import { timeTicks } from "./time-ticks.ts";

const WIDTH = 330;
const HEIGHT = 172;
const LEFT = 48;
const EQUITY = { top: 8, bottom: 98 };
const DRAWDOWN = { top: 112, bottom: 150 };

/** How it is drawn: the class of its line, and the depth that all charts of a page share, so that a small fall looks small. */
export type EquityChartOptions = Readonly<{ tone: string; title: string; depthMax: number }>;

/** The deepest drawdown of a history. */
export const depthOf = (history: EquityHistory): number => drawdownCurve(history.growth).reduce((most, value) => Math.max(most, value), 0);

/** One portfolio alone: equity above, drawdown hanging below it on the same time axis. */
export function equityChart(history: EquityHistory, { tone, title, depthMax }: EquityChartOptions): Markup {
  const drawdowns = drawdownCurve(history.growth);
  const [low, high] = spanOf(history.equity);
  const xSpan = [history.at[0] ?? 0, history.at.at(-1) ?? 0] as const;
  const x = scaleOf(xSpan, [LEFT, WIDTH - 6]);
  const y = scaleOf([low, high], [EQUITY.bottom, EQUITY.top]);
  const depth = scaleOf([0, Math.max(depthMax, 1e-6)], [DRAWDOWN.top, DRAWDOWN.bottom]);
  const equity = { at: history.at, values: history.equity };
  const below = { at: history.at, values: drawdowns };
  const label = (text: string, top: number): Markup => html`<text class="tick end" x="${LEFT - 6}" y="${top}">${text}</text>`;
  const rule = (top: number, name: string): Markup => html`<line class="${name}" x1="${LEFT}" x2="${WIDTH - 6}" y1="${top}" y2="${top}"/>`;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${rule(EQUITY.top, "grid")}${rule(EQUITY.bottom, "grid")}${rule(DRAWDOWN.top, "zero")}
<path class="area ${tone}" d="${areaOf(equity, x, y, low)}"/><path class="curve ${tone}" d="${pathOf(equity, x, y)}"/>
<path class="fall" d="${areaOf(below, x, depth, 0)}"/>
${high === low ? label(shortMoney(high), (EQUITY.top + EQUITY.bottom) / 2 + 4) : html`${label(shortMoney(high), EQUITY.top + 5)}${label(shortMoney(low), EQUITY.bottom + 1)}`}
${label("0%", DRAWDOWN.top + 5)}${depthMax > 0 ? label(minus(percentText(-depthMax)), DRAWDOWN.bottom + 3) : html``}
${timeTicks(xSpan[0], xSpan[1], 4).map((tick) => html`<text class="tick mid" x="${Math.min(Math.max(x(tick.at), LEFT + 10), WIDTH - 18)}" y="${HEIGHT - 4}">${tick.label}</text>`)}
</svg>`;
}

const shortMoney = (value: number): string => (value < 0 ? `-${shortCount(-value)}` : shortCount(value)).replace(" ", "");
