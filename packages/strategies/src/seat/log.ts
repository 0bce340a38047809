/** Longest line and most lines kept between two readings; beyond them the oldest go. */
const LINE_MAX = 500;
const LINES_MAX = 100;

/** What a strategy logs. */
export class StrategyLog {
  private lines: string[] = [];

  add(message: string): void {
    if (this.lines.length >= LINES_MAX) this.lines.shift();
    this.lines.push(String(message).slice(0, LINE_MAX));
  }

  /** The lines since the last call. */
  take(): readonly string[] {
    const lines = this.lines;
    if (lines.length > 0) this.lines = [];
    return lines;
  }
}
