import { countText, instantText, minus, moneyText, percentText, ratioText } from "../formats.ts";
import type { BacktestReport, PortfolioReport } from "../report.ts";
import { depthOf, equityChart } from "../svg/equity-chart.ts";
import { type GrowthLine, growthChart, isLogarithmic, PAGE_FRAME, PHONE_FRAME } from "../svg/growth-chart.ts";
import { html, type Markup, when } from "./markup.ts";
import { table } from "./table.ts";

const CARDS_MAX = 60;

/** Every growth curve on one axis, with its figures in a table below. */
export function growth(report: BacktestReport, tones: ReadonlyMap<string, string>): Markup {
  const lines = linesOf(report, tones);
  if (lines.length === 0) return html``;
  const title = `Time-weighted growth of ${countText(lines.length)} lines, since the start; the same figures are in the table below`;
  const legend = lines
    .filter((line) => line.tone !== "quiet")
    .map(
      (line) =>
        html`<li><span class="chip ${line.tone}"></span>${line.label} ${minus(percentText((line.line.values.at(-1) ?? 1) - 1))}</li>`,
    );
  return html`<section id="growth"><h2>Growth <small>time-weighted, so that a deposit is no gain${isLogarithmic(lines) ? "; equal distances are equal ratios" : ""}</small></h2>
<figure class="panel"><div class="page">${growthChart(lines, PAGE_FRAME, title)}</div><div class="phone">${growthChart(lines, PHONE_FRAME, title)}<ul class="legend">${legend}</ul></div></figure>
${figuresOf(lines)}</section>`;
}

/** Quiet lines first, so that the others are drawn over them; the account first of all. */
function linesOf(report: BacktestReport, tones: ReadonlyMap<string, string>): readonly GrowthLine[] {
  const rows = [{ id: "account", history: report.account.equityHistory, tone: "whole" }];
  for (const row of report.portfolios) rows.push({ id: row.id, history: row.equityHistory, tone: tones.get(row.id) ?? "quiet" });
  const lines = rows.flatMap(({ id, history, tone }) =>
    history === undefined || history.at.length < 2 ? [] : [{ label: id, tone, line: { at: history.at, values: history.growth } }],
  );
  return lines.toSorted((a, b) => Number(b.tone === "quiet") - Number(a.tone === "quiet"));
}

/** The chart as figures, for who cannot see it: a dozen instants. */
function figuresOf(lines: readonly GrowthLine[]): Markup {
  const shown = lines.filter((line) => line.tone !== "quiet");
  const at = shown[0]?.line.at ?? [];
  const stride = Math.max(1, Math.ceil((at.length - 1) / 11));
  const instants = at.filter((_, index) => index % stride === 0 || index === at.length - 1);
  const columns = [
    { header: "Instant", number: false, cell: (instant: number) => instantText(new Date(instant).toISOString()) },
    ...shown.map((line) => ({
      header: line.label,
      number: true,
      cell: (instant: number) => minus(percentText(valueAt(line, instant) - 1)),
    })),
  ];
  return html`<details><summary>The chart as figures</summary>${table({ caption: "Growth since the start", columns, rows: instants })}</details>`;
}

function valueAt(line: GrowthLine, instant: number): number {
  return line.line.values[line.line.at.findLastIndex((at) => at <= instant)] ?? 1;
}

/** A card for each portfolio: equity with drawdown under it, and its figures. */
export function cards(report: BacktestReport, tones: ReadonlyMap<string, string>): Markup {
  const shown = report.portfolios.slice(0, CARDS_MAX);
  const depthMax = shown.reduce((most, row) => Math.max(most, row.equityHistory === undefined ? 0 : depthOf(row.equityHistory)), 0);
  const drawn = shown.map((row) => card(row, tones.get(row.id) ?? "quiet", depthMax));
  const left = report.portfolios.length - drawn.length;
  return html`<section id="equity"><h2>Equity and drawdown <small>drawdowns on one scale</small></h2><div class="cards">${drawn}</div>${when(left > 0, () => html`<p class="note">${countText(left)} more portfolios are in the table above.</p>`)}</section>`;
}

function card(row: PortfolioReport, tone: string, depthMax: number): Markup {
  const history = row.equityHistory;
  const figures = [
    ["Return", minus(percentText(row.returnTimeWeighted))],
    ["Max drawdown", minus(percentText(row.drawdownMax === null ? null : -row.drawdownMax))],
    ["Volatility", percentText(row.volatility, { sign: false })],
    ["Sortino", minus(ratioText(row.sortino))],
    ["Won", `${percentText(row.winRate, { sign: false, places: 0 })} of ${countText(row.trades)}`],
    ["Profit factor", ratioText(row.profitFactor)],
    ["In market", percentText(row.exposure.timeInMarket, { sign: false, places: 0 })],
    ["Turnover", ratioText(row.turnover)],
    ["Expectancy", minus(moneyText(row.expectancy, { sign: true }))],
  ];
  const chart =
    history === undefined || history.at.length < 2
      ? html`<p class="note">No history was kept.</p>`
      : equityChart(history, { tone, title: `Equity of ${row.id}, with its drawdown below`, depthMax });
  return html`<article class="panel"><h3><span class="chip ${tone}"></span>${row.id} <small>${row.strategy}</small></h3>${chart}
<dl class="mini">${figures.map(([label = "", value = ""]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></article>`;
}
