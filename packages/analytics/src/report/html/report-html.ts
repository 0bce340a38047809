import type { BacktestReport } from "../report.ts";
import { cards, growth } from "./charts.ts";
import { comparison } from "./compare.ts";
import { header } from "./header.ts";
import { html, Markup } from "./markup.ts";
import { positions, trades } from "./positions.ts";
import { proof, remarks } from "./proof.ts";
import { receipts } from "./receipts.ts";
import { STYLES, STYLES_HASH } from "./styles/styles.ts";
import { summary } from "./summary.ts";
import { tonesOf } from "./tones.ts";

/**
 * The report as one page (ANA-20): no script, no remote asset, no inline style; its content security policy allows nothing but the one
 * style sheet inside it, by hash. Every text of the report is escaped (ANA-21). The same report gives the same bytes.
 */
export function formatReportHtml(report: BacktestReport): string {
  const tones = tonesOf(report);
  const policy = `default-src 'none'; style-src '${STYLES_HASH}'; base-uri 'none'; form-action 'none'`;
  const label = report.synthetic ? "Synthetic data · " : "";
  const page = html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${label}${report.title} · Bulkhead</title><style>${Markup.ofConstant(STYLES)}</style></head>
<body><main>
${header(report, tones)}
${summary(report, tones)}
${growth(report, tones)}
${cards(report, tones)}
${comparison(report)}
${receipts(report)}
${positions(report)}
${trades(report)}
${remarks(report)}
${proof(report)}
<footer>Bulkhead · One account. Many portfolios. Watertight.</footer>
</main></body></html>
`;
  return `<!doctype html>\n${page}`;
}
