import { countText, durationText, instantText, minus, moneyText, percentText, ratioText, shortCount } from "../formats.ts";
import type { BacktestReport } from "../report.ts";
import { addsUp, netPnlOf } from "../sums.ts";
import { hull } from "../svg/hull.ts";
import { html, type Markup, when } from "./markup.ts";
import { signedFigure } from "./table.ts";

/** What was run, on what, and the account in six figures. */
export function header(report: BacktestReport, tones: ReadonlyMap<string, string>): Markup {
  const { account, period } = report;
  const facts = [
    ["Period", `${instantText(period.from)} → ${instantText(period.to)}`],
    ["Resolution", period.resolution],
    ["Bars", `${countText(report.bars)} in ${durationText(report.wallMs)}, ${shortCount(report.barsPerSecond)}/s`],
    ["Seed", String(report.seed)],
    ...report.assumptions.map(({ label, value }) => [label, value]),
  ];
  return html`<header>
<div class="brand">${MARK}<b>Bulkhead</b><span class="badge">${account.mode}</span><span class="where">account ${account.id} · ${account.venue} · ${account.baseCurrency}</span></div>
<h1>${report.title}</h1>
${when(report.synthetic, () => html`<p class="synthetic"><strong>Synthetic data.</strong> A generator made this market up (seed ${String(report.seed)}); the figures say nothing about a real one.</p>`)}
<dl class="facts">${facts.map(([label = "", value = ""]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${keyFigures(report)}
${hullOf(report, tones)}
</header>`;
}

function keyFigures(report: BacktestReport): Markup {
  const { account } = report;
  const whole = addsUp(report) && report.invariants.violated === 0;
  const { peakAt, troughAt } = account.drawdown;
  const fall =
    peakAt === null || troughAt === null
      ? "nothing fell"
      : html`<span class="keep">${instantText(peakAt)}</span> → <span class="keep">${instantText(troughAt)}</span>`;
  const figures = [
    ["Equity", html`${minus(moneyText(account.equity))}`, `of ${moneyText(account.startingCash)} at the start`],
    ["Net P&L", signedFigure(moneyText(netPnlOf(account), { sign: true })), `after ${moneyText(account.fees)} fees`],
    ["Return", signedFigure(percentText(account.returnTimeWeighted)), annual(account.returnAnnualised)],
    ["Max drawdown", html`${minus(percentText(account.drawdownMax === null ? null : -account.drawdownMax))}`, fall],
    ["Sharpe", html`${minus(ratioText(account.sharpe))}`, `volatility ${percentText(account.volatility, { sign: false })} a year`],
    [
      "Books",
      html`<span class="${whole ? "ok" : "alarm"}">${whole ? "✓ add up" : "✗ do not add up"}</span>`,
      "to the last digit, in every column",
    ],
  ] as const;
  const shown = figures.map(
    ([label, value, note]) =>
      html`<div><dt>${label}</dt><dd>${value}</dd><dd class="note">${label === "Books" && !whole ? "see the proof" : note}</dd></div>`,
  );
  return html`<dl class="key">${shown}</dl>`;
}

function annual(returnAnnualised: number | null): string {
  return returnAnnualised === null ? "time-weighted" : `time-weighted; ${minus(percentText(returnAnnualised))} a year`;
}

function hullOf(report: BacktestReport, tones: ReadonlyMap<string, string>): Markup {
  const compartments = report.portfolios.map((row) => ({ label: row.id, tone: tones.get(row.id) ?? "quiet", equity: Number(row.equity) }));
  const unattributed = { label: "unattributed", tone: "free", equity: Number(report.unattributed.equity) };
  const all = [...compartments, unattributed].filter((compartment) => Number.isFinite(compartment.equity));
  if (!all.some((compartment) => compartment.equity > 0)) return html``;
  return html`<figure class="vessel"><div class="page">${hull(all, { id: "hatch-page", width: 1040, height: 48 })}</div><div class="phone">${hull(all, { id: "hatch-phone", width: 360, height: 48 })}</div>
<figcaption>One account, ${countText(report.portfolios.length)} watertight ${report.portfolios.length === 1 ? "portfolio" : "portfolios"}, and what nobody claimed: each as wide as its equity.</figcaption></figure>`;
}

const MARK = html`<svg class="mark" viewBox="0 0 32 24" role="img" aria-label="Bulkhead"><path d="M1 4h30c0 9-5 16-12 16h-6C6 20 1 13 1 4z"/><path class="walls" d="M9 4v14.5M16 4v16M23 4v14.5"/></svg>`;
