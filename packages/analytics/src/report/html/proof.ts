import { countText, exactText, instantText, minus } from "../formats.ts";
import type { BacktestReport } from "../report.ts";
import { COLUMN_LABELS, type ColumnSum, sumsOf } from "../sums.ts";
import { html, type Markup, when } from "./markup.ts";
import { type HtmlColumn, table } from "./table.ts";

/** Strategy faults, issues and notes; nothing where there is none. */
export function remarks(report: BacktestReport): Markup {
  const faults = report.portfolios.flatMap((row) =>
    row.faults.map(
      (fault) =>
        html`<li class="warning"><b>${row.id}</b> <code>${fault.code}</code> ${fault.message} <small>${instantText(fault.at)}</small></li>`,
    ),
  );
  const issues = report.issues.map((issue) => {
    const times = issue.count > 1 ? `${countText(issue.count)} times` : "";
    return html`<li class="${issue.severity}"><b>${issue.severity}</b> <code>${issue.code}</code> ${issue.message} <small>${[issue.where ?? "", times].filter((text) => text !== "").join(", ")}</small></li>`;
  });
  const notes = report.notes.map((note) => html`<li>${note}</li>`);
  const all = [...faults, ...issues, ...notes];
  return when(
    all.length > 0,
    () => html`<section id="remarks"><h2>What else to know</h2><ul class="remarks">${all.slice(0, 100)}</ul></section>`,
  );
}

/** Why the figures can be believed: sums, invariants, digest and chain. */
export function proof(report: BacktestReport): Markup {
  const sums = sumsOf(report);
  const { checked, violated } = report.invariants;
  const verdict =
    violated === 0 ? html`<span class="ok">✓ none violated</span>` : html`<span class="alarm">✗ ${countText(violated)} violated</span>`;
  const facts = [
    ["Invariants", html`checked ${countText(checked)} times, ${verdict}`],
    ["Journal", html`${countText(report.records)} records`],
    ["Digest", html`<code>${report.digest}</code>`],
    ["Chain head", html`<code>${report.chainHead}</code>`],
  ] as const;
  return html`<section id="proof"><h2>Proof <small>the books add up</small></h2><div class="panel"><dl class="facts">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${table({ caption: "Exact to the last digit", columns: COLUMNS, rows: sums, deck: true })}<p class="note">Equal seeds, data and settings give equal digests. Ratios are statistics in float64; money is exact.</p></div></section>`;
}

const COLUMNS: readonly HtmlColumn<ColumnSum>[] = [
  { header: "Column", number: false, cell: (sum) => COLUMN_LABELS[sum.column] },
  { header: "Σ portfolios", number: true, cell: (sum) => minus(exactText(sum.portfolios)) },
  { header: "+ unattributed", number: true, cell: (sum) => minus(exactText(sum.unattributed)) },
  { header: "= account", number: true, cell: (sum) => minus(exactText(sum.account)) },
  {
    header: "Verdict",
    number: true,
    cell: (sum) =>
      sum.addsUp ? html`<span class="ok">✓</span>` : html`<span class="alarm">✗ off by ${minus(exactText(sum.difference))}</span>`,
  },
];
