import { createHash } from "node:crypto";
import { LISTS } from "@bulkhead/contract";
import { type Portfolio, UNATTRIBUTED, type View } from "@bulkhead/core";
import type { DeskAccount } from "../desk/desk.ts";
import type { Api } from "./api.ts";
import { baseOf, baseText, type Figures, figuresOf, netPnl, sumOf } from "./rows/figures.ts";
import { statusOf } from "./rows/portfolio-rows.ts";
import { selectionOf } from "./scope.ts";
import { HEADERS } from "./security/guard.ts";
import type { Services } from "./services.ts";
import { settled } from "./settle.ts";

/** Markup that is safe as it is. */
type Markup = Readonly<{ markup: string }>;

/** Text becomes text, whatever it holds (SEC-WEB 21); only what this made itself is markup. */
function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup | readonly Markup[])[]): Markup {
  const shown = (value: string | number | Markup | readonly Markup[]): string => {
    if (typeof value === "string" || typeof value === "number") return escape(String(value));
    return Array.isArray(value) ? value.map((each: Markup) => each.markup).join("") : (value as Markup).markup;
  };
  return { markup: parts.reduce((all, part, index) => all + part + (index < values.length ? shown(values[index] ?? "") : ""), "") };
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;" };
const escape = (text: string): string => text.replaceAll(/[&<>"'`]/g, (character) => ESCAPES[character] ?? "");

const STYLE = `:root{color-scheme:light dark;font:15px/1.45 system-ui,sans-serif}body{max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.3rem 0;opacity:.75}
th,td{padding:.35rem .6rem;text-align:left;border-bottom:1px solid #8884}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
tfoot td{font-weight:600;border-top:2px solid #888a}.mode{border:1px solid;border-radius:.4rem;padding:.05rem .5rem;font-size:.8rem}`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** `/`: what the account holds and whose it is, adding up, until there is a screen. No script at all. */
export function pageRoute(api: Api): void {
  const { services } = api;
  api.app.get("/", async (context) => {
    const principal = context.get("principal");
    // Who is nobody has been sent to /login.
    if (!principal.actions.has("read")) return new Response("", { status: 302, headers: { Location: "/openapi.json" } });
    const accounts = [...services.desk.accounts.values()].filter(
      ({ id, state }) => state.account !== undefined && (principal.account ?? id) === id,
    );
    const sections = await Promise.all(
      accounts.map((account) =>
        sectionOf(services, account, selectionOf(account, principal, "*").portfolios, principal.portfolios === "*"),
      ),
    );
    const page = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10"><title>Bulkhead</title><style>${{ markup: STYLE }}</style></head><body><h1>Bulkhead</h1>${sections}<h2>More</h2><p>${LINKS}</p></body></html>`;
    return new Response(page.markup, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": PAGE_POLICY } });
  });
}

/** The policy of the page: nothing but its own style, by its hash. */
const PAGE_POLICY = (HEADERS["Content-Security-Policy"] ?? "")
  .replace("style-src 'self'", `style-src 'sha256-${STYLE_HASH}'`)
  .replace("script-src 'self'", "script-src 'none'");

const LINKS = [
  "/api/portfolios",
  "/api/positions?portfolio_id=*",
  "/api/orders?portfolio_id=*",
  "/api/receipts?portfolio_id=*",
  "/api/account?portfolio_id=*",
  "/api/kill",
  "/readyz",
  "/openapi.json",
].map((path) => html`<a href="${path}">${path}</a> `);

async function sectionOf(
  services: Services,
  account: DeskAccount,
  portfolios: readonly View<Portfolio>[],
  whole: boolean,
): Promise<Markup> {
  const { value, asOfSeq } = await settled(account, () => {
    const { state } = account;
    const figures = portfolios.map((portfolio) => ({
      portfolio,
      figures: figuresOf(state, portfolio),
      status: statusOf(portfolio),
      tradingState: portfolio.tradingState,
    }));
    const rows = figures.map((row) => rowOf(account, row));
    const sum = whole
      ? html`<tfoot><tr><td>${account.id} (the account)</td><td></td>${cells(account, sumOf(figures.map((row) => row.figures)))}</tr></tfoot>`
      : html``;
    return { rows, sum, currency: baseOf(state).id, mode: state.account?.mode ?? "" };
  });
  const { ready, reasons } = account.readiness;
  return html`<h2>${account.id} <span class="mode">${value.mode}</span></h2><p>${ready ? "Ready." : `Not ready: ${reasons.join("; ")}.`}</p>
<table><caption>Portfolios in ${value.currency}, as of record ${asOfSeq}; the last line is their sum</caption><thead><tr><th>Portfolio</th><th>State</th><th class="n">Cash</th><th class="n">Equity</th><th class="n">Net P&amp;L</th><th class="n">Exposure</th></tr></thead><tbody>${value.rows}</tbody>${value.sum}</table>
${receiptsOf(services, account, portfolios)}`;
}

type Row = Readonly<{ portfolio: View<Portfolio>; figures: Figures; status: string; tradingState: string }>;

function rowOf(account: DeskAccount, { portfolio, figures, status }: Row): Markup {
  const { name } = portfolio.settings;
  const label = name === "" || name === portfolio.id ? portfolio.id : `${name} (${portfolio.id})`;
  return html`<tr><td>${label}</td><td>${portfolio.id === UNATTRIBUTED ? "" : status}</td>${cells(account, figures)}</tr>`;
}

const cells = ({ state }: DeskAccount, figures: Figures): readonly Markup[] =>
  [figures.cash, figures.equity, netPnl(figures), figures.grossExposure].map(
    (amount) => html`<td class="n">${baseText(state, amount)}</td>`,
  );

function receiptsOf(services: Services, account: DeskAccount, portfolios: readonly View<Portfolio>[]): Markup {
  const history = services.options.history?.(account.id);
  if (history === undefined) return html``;
  const { rows } = history.page(LISTS.receipts, { portfolios: portfolios.map(({ id }) => id), limit: 20, after: null, equals: {} });
  const lines = rows.map((row) => {
    const text = (name: string): string => String(row[name] ?? "");
    return html`<tr><td>${text("at")}</td><td>${text("portfolio_id")}</td><td>${text("side")} ${text("asked")} ${text("instrument")}</td><td>${text("verdict")} ${text("rule")}</td><td>${text("reason")}</td></tr>`;
  });
  return html`<table><caption>Latest receipts</caption><thead><tr><th>At</th><th>Portfolio</th><th>Asked</th><th>Verdict</th><th>Why</th></tr></thead><tbody>${lines}</tbody></table>`;
}
