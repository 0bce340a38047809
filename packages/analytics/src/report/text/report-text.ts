import { countText, durationText, instantText, shortCount } from "../formats.ts";
import { plainText } from "../plain.ts";
import type { BacktestReport } from "../report.ts";
import { COLOUR, type Paint, PLAIN } from "./paint.ts";
import { issueLines, positionLines, receiptLines } from "./sections.ts";
import { sumLines, summaryLines } from "./summary.ts";
import { wrapped } from "./width.ts";

const WIDTH_MIN = 40;

/**
 * The report for a terminal (ANA-19): aligned tables of at most `width` cells (default 100), numbers flush right, ANSI colour only where
 * `color` is set. Foreign text cannot steer the terminal. Ends without a line feed.
 */
export function formatReportText(report: BacktestReport, options: Readonly<{ color?: boolean; width?: number }> = {}): string {
  const paint = options.color === true ? COLOUR : PLAIN;
  const width = Math.max(WIDTH_MIN, options.width ?? 100);
  const sections = [
    headLines(report, width, paint),
    summaryLines(report, width, paint),
    sumLines(report, width, paint),
    receiptLines(report, width, paint),
    positionLines(report, width, paint),
    issueLines(report, width, paint),
    proofLines(report, width, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function headLines(report: BacktestReport, width: number, paint: Paint): readonly string[] {
  const { account, period } = report;
  const ran = [
    `${instantText(period.from)} → ${instantText(period.to)}`,
    period.resolution,
    `${countText(report.bars)} bars in ${durationText(report.wallMs)} (${shortCount(report.barsPerSecond)} bars/s)`,
    `seed ${report.seed}`,
  ];
  const where = `${account.mode} of account ${account.id} at ${account.venue} in ${account.baseCurrency}`;
  const synthetic = report.synthetic ? wrapped(SYNTHETIC, width).map((line) => paint.warn(line)) : [];
  return [paint.strong(plainText(report.title)), ...synthetic, plainText(where), ...wrapped(plainText(ran.join(" · ")), width)];
}

/** What stands above every figure that a made-up market gave (ANA-22). */
export const SYNTHETIC = "SYNTHETIC DATA: a generator made this market up; the figures say nothing about a real one.";

function proofLines(report: BacktestReport, width: number, paint: Paint): readonly string[] {
  const { checked, violated } = report.invariants;
  const verdict = violated === 0 ? "none violated ✓" : `${countText(violated)} VIOLATED ✗`;
  const checks = wrapped(`  invariants  checked ${countText(checked)} times, ${verdict}`, width, " ".repeat(14));
  return [
    paint.strong("Proof"),
    `  digest      ${plainText(report.digest)}`,
    `  chain head  ${plainText(report.chainHead)}`,
    `  journal     ${countText(report.records)} records`,
    ...checks.map((line) => (violated === 0 ? line : paint.warn(line))),
  ];
}
