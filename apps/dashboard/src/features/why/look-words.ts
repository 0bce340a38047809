import type { Why } from "@bulkhead/contract";

type Condition = NonNullable<Why["decides"]>["conditions"][number];
type Look = Condition["looks"][number];

/** A value of a line: five digits that count, as indicators have no more to say. */
export function figure(value: number | null): string {
  if (value === null) return "no value";
  return Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 8 });
}

/** One look at a line in words, with how far a crossing was. */
export function lookWords({ line, question, bars_ago: ago, value, other, other_value: theirs, before, other_before }: Look): string {
  switch (question) {
    case "value":
      return `${line} is ${figure(value)}`;
    case "previous":
      return `${line} was ${figure(value)} one bar earlier`;
    case "at":
      return `${line} was ${figure(value)} ${ago} bars earlier`;
    case "crossed_above":
    case "crossed_below": {
      const way = question === "crossed_above" ? "above" : "below";
      const isLevel = other !== null && Number.isFinite(Number(other));
      const who = isLevel ? figure(Number(other)) : `${other} (${figure(theirs)})`;
      return `${line} (${figure(value)}) crosses ${way} ${who}${farWords({ way, value, theirs, before, otherBefore: other_before })}`;
    }
  }
}

type Far = Readonly<{
  way: "above" | "below";
  value: number | null;
  theirs: number | null;
  before: number | null;
  otherBefore: number | null;
}>;

/** Why it did not cross: not there yet, or there already. */
function farWords({ way, value, theirs, before, otherBefore }: Far): string {
  if (value === null || theirs === null) return "";
  const [now, then] = [value - theirs, before === null || otherBefore === null ? null : before - otherBefore];
  const isThere = way === "above" ? now > 0 : now < 0;
  if (!isThere) return `: ${figure(Math.abs(now))} short of it`;
  const wasThere = then !== null && (way === "above" ? then > 0 : then < 0);
  return wasThere ? `: it is ${way} already, and has been the bar before` : "";
}

/** What a line would have had to be. */
export const enoughOf = ({ line, value, needed }: Condition["nearest"][number]): string =>
  `${line} at ${figure(needed)}, ${figure(Math.abs(needed - value))} ${needed > value ? "more" : "less"}`;
