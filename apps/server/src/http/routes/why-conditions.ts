import type { Why } from "@bulkhead/contract";
import type { InstrumentId } from "@bulkhead/core";
import type { StrategyAtWork } from "@bulkhead/host";
import { type Intent, isIntentList, type LineRead, type LineTrace, type Reply } from "@bulkhead/strategies";
import { iso, isoOrNull } from "../rows/figures.ts";

type Decides = NonNullable<Why["decides"]>;
type Condition = Decides["conditions"][number];

/** What a strategy at work sees at a closed bar: of one instrument with what would have been enough, else of all of them. */
export async function decidesOf(strategy: string, work: StrategyAtWork, only: InstrumentId | undefined, barsAgo: number): Promise<Decides> {
  const { bars, schedule } = work.strategy.needs;
  const traces = bars ? await work.explain(only, { barsAgo, search: only !== undefined }) : [];
  return {
    strategy,
    by: bars ? (schedule === undefined ? "bars" : "bars and schedule") : schedule === undefined ? "fills" : "schedule",
    asked: !work.isMuted,
    schedule_due_at: isoOrNull(work.dueAt),
    bars_ago: barsAgo,
    conditions: traces.map(conditionOf),
  };
}

const conditionOf = ({ symbol, at, warmUpLeft, reads, reply, nearest }: LineTrace): Condition => ({
  instrument: symbol,
  bar_at: iso(at),
  warm_up_left: warmUpLeft,
  looks: reads.map(lookOf),
  wished: wordsOf(reply),
  nearest: nearest.map((each) => ({ ...each })),
});

/** A number that JSON can say. */
const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

function lookOf(read: LineRead): Condition["looks"][number] {
  const { line, question } = read;
  const nothing = { bars_ago: null, other: null, other_value: null, before: null, other_before: null, met: null };
  switch (question) {
    case "value":
    case "previous":
      return { ...nothing, line, question, value: known(read.answer) };
    case "at":
      return { ...nothing, line, question, bars_ago: read.barsAgo, value: known(read.answer) };
    case "crossedAbove":
    case "crossedBelow":
      return {
        line,
        question: question === "crossedAbove" ? "crossed_above" : "crossed_below",
        bars_ago: null,
        value: known(read.now[0]),
        other: String(read.other),
        other_value: known(read.now[1]),
        before: known(read.before[0]),
        other_before: known(read.before[1]),
        met: read.answer,
      };
  }
}

/** An answer in words; null where it is nothing. */
function wordsOf(reply: Reply): string | null {
  if (reply === undefined) return null;
  if (isIntentList(reply)) return reply.length === 0 ? null : reply.map(intentWords).join("; ");
  return reply.type === "fault" ? `It failed: ${reply.message}` : intentWords(reply);
}

function intentWords(intent: Intent): string {
  const of = intent.symbol === undefined ? "" : ` ${intent.symbol}`;
  const what = intent.type === "enter" ? `enter ${intent.direction}` : intent.type === "exit" ? "exit" : "move to a target";
  return `${what}${of}: ${intent.why}`;
}
