import { comparePortfolios, type Ranked } from "../../compare/compare.ts";
import { minus, NOTHING, ratioText } from "../formats.ts";
import type { BacktestReport } from "../report.ts";
import { html, type Markup } from "./markup.ts";
import { table } from "./table.ts";

const MATRIX_MAX = 12;

/** Who did better, and who moves together; nothing for a single portfolio. */
export function comparison(report: BacktestReport): Markup {
  if (report.portfolios.length < 2) return html``;
  const { ranking, correlation } = comparePortfolios(report);
  const place = (header: string, pick: (row: Ranked) => number | null) => ({
    header,
    number: true,
    cell: (row: Ranked) => String(pick(row) ?? NOTHING),
  });
  const columns = [
    { header: "Portfolio", number: false, cell: (row: Ranked) => row.id },
    place("Return", (row) => row.byReturn),
    place("Sharpe", (row) => row.bySharpe),
    place("Least drawdown", (row) => row.byDrawdown),
  ];
  const places = table({ caption: "Places, 1 is best", columns, rows: ranking.slice(0, 20) });
  return html`<section id="side-by-side"><h2>Side by side</h2><div class="pair"><div class="panel">${places}</div>${matrixOf(correlation)}</div></section>`;
}

function matrixOf({ ids, matrix }: Readonly<{ ids: readonly string[]; matrix: readonly (readonly (number | null)[])[] }>): Markup {
  if (ids.length > MATRIX_MAX) return html``;
  const heads = ids.map((id) => html`<th scope="col" class="n">${id}</th>`);
  const rows = matrix.map(
    (values, row) =>
      html`<tr><th scope="row" class="t">${ids[row] ?? ""}</th>${values.map((value) => html`<td class="n heat ${heatOf(value)}">${minus(ratioText(value))}</td>`)}</tr>`,
  );
  return html`<div class="panel"><div class="scroll"><table class="matrix"><caption>Correlation of daily returns</caption><thead><tr><td></td>${heads}</tr></thead><tbody>${rows}</tbody></table></div></div>`;
}

/** One of nine classes from "m4" (moves against) over "z" to "p4" (moves together). */
function heatOf(value: number | null): string {
  const step = Math.round((value ?? 0) * 4);
  return step === 0 ? "z" : step < 0 ? `m${-step}` : `p${step}`;
}
