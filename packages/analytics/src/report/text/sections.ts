import { countText, exactText, instantText, moneyText, quantityText } from "../formats.ts";
import { plainText } from "../plain.ts";
import type { BacktestReport, RuleReceipts } from "../report.ts";
import { bySign, type Paint } from "./paint.ts";
import { type Column, tableLines } from "./table.ts";
import { wrapped } from "./width.ts";

const ROWS_MAX = 20;

/** Orders and verdicts of the account, and what each rule denied and reduced. */
export function receiptLines(report: BacktestReport, width: number, paint: Paint): readonly string[] {
  const { orders, receipts } = report.account;
  const ended = `filled ${countText(orders.filled)}, canceled ${countText(orders.canceled)}, expired ${countText(orders.expired)}`;
  const counts = [
    `orders placed ${countText(orders.placed)}: ${ended}, rejected ${countText(orders.rejected)}, open ${countText(orders.open)}`,
    `receipts: allowed ${countText(receipts.allowed)}, reduced ${countText(receipts.reduced)}, denied ${countText(receipts.denied)}`,
  ];
  const rules = report.portfolios.flatMap((portfolio) => portfolio.deniedByRule.map((rule) => ruleText(portfolio.id, rule)));
  const lines = [...counts, ...rules.slice(0, ROWS_MAX)].flatMap((text) => wrapped(text, width - 2, "  ").map((line) => `  ${line}`));
  return [paint.strong("Orders and receipts"), ...lines, ...more(rules.length, paint)];
}

function ruleText(portfolio: string, rule: RuleReceipts): string {
  const counts = `${plainText(portfolio)}: ${countText(rule.denied)} denied, ${countText(rule.reduced)} reduced`;
  return rule.last === null
    ? `${counts}, rule ${plainText(rule.rule)} of ${plainText(rule.scope)}`
    : `${counts}; last ${receiptText(rule)}`;
}

/** "asked buy 500 SPY@XNYS, allowed 180, rule max_total_exposure of portfolio, 2013-10-07 13:31". */
export function receiptText(rule: RuleReceipts): string {
  const { last } = rule;
  if (last === null) return "";
  const asked = `asked ${last.side} ${quantityText(last.asked)} ${last.instrument}, allowed ${quantityText(last.allowed)}`;
  return plainText(`${asked}, rule ${rule.rule} of ${rule.scope}, ${instantText(last.at)}`);
}

/** Open positions of every portfolio and of unattributed. */
export function positionLines(report: BacktestReport, width: number, paint: Paint): readonly string[] {
  const held = [
    ...report.portfolios.flatMap((portfolio) => portfolio.positions.map((position) => ({ portfolio: portfolio.id, position }))),
    ...report.unattributed.positions.map((position) => ({ portfolio: "unattributed", position })),
  ];
  if (held.length === 0) return [];
  const rows = held.slice(0, ROWS_MAX);
  const column = (
    header: string,
    giveWay: number,
    text: (row: (typeof rows)[number]) => string,
    align: "left" | "right" = "right",
  ): Column => ({
    header,
    align,
    giveWay,
    widthMax: 24,
    cells: rows.map((row) => {
      const shown = plainText(text(row));
      return header === "Unrealized" ? { text: shown, paint: bySign(paint, shown) } : { text: shown };
    }),
  });
  const columns = [
    column("Portfolio", 0, (row) => row.portfolio, "left"),
    column("Instrument", 0, (row) => row.position.instrument, "left"),
    column("Quantity", 0, (row) => quantityText(row.position.quantity)),
    column("Entry", 2, (row) => exactText(row.position.averageEntryPrice)),
    column("Mark", 1, (row) => exactText(row.position.mark)),
    column("Value", 0, (row) => moneyText(row.position.marketValue)),
    column("Unrealized", 0, (row) => moneyText(row.position.unrealizedPnl, { sign: true })),
  ];
  const table = tableLines(columns, { width: width - 2, paintHeader: paint.faint, paintRule: paint.faint });
  return [paint.strong("Open positions"), ...table.map((line) => `  ${line}`), ...more(held.length, paint)];
}

/** Strategy faults, issues of the data and of the run, and notes. */
export function issueLines(report: BacktestReport, width: number, paint: Paint): readonly string[] {
  const faults = report.portfolios.flatMap((portfolio) =>
    portfolio.faults.map((fault) => `fault of ${portfolio.id}, ${instantText(fault.at)}: ${fault.code}: ${fault.message}`),
  );
  const issues = report.issues.map((issue) => {
    const times = issue.count > 1 ? ` (${countText(issue.count)} ×)` : "";
    return `${issue.severity} ${issue.code}: ${issue.message}${issue.where === null ? "" : `, ${issue.where}`}${times}`;
  });
  const all = [...faults, ...issues];
  const lines = (texts: readonly string[]): readonly string[] =>
    texts.flatMap((text) => wrapped(plainText(text), width - 2, "  ").map((line) => `  ${line}`));
  return [
    ...(all.length === 0 ? [] : [paint.warn("Issues"), ...lines(all.slice(0, ROWS_MAX)), ...more(all.length, paint)]),
    ...(all.length > 0 && report.notes.length > 0 ? [""] : []),
    ...(report.notes.length === 0 ? [] : [paint.strong("Notes"), ...lines(report.notes)]),
  ];
}

function more(count: number, paint: Paint): readonly string[] {
  return count > ROWS_MAX ? [paint.faint(`  … and ${countText(count - ROWS_MAX)} more`)] : [];
}
