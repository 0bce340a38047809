import { z } from "zod";
import { refuse, show } from "./values.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** In the order in which cron writes them; Sunday is 0 and 7. */
const FIELDS = [
  { name: "minute", least: 0, most: 59, words: [], first: 0 },
  { name: "hour", least: 0, most: 23, words: [], first: 0 },
  { name: "day of the month", least: 1, most: 31, words: [], first: 0 },
  { name: "month", least: 1, most: 12, words: MONTHS, first: 1 },
  { name: "weekday", least: 0, most: 7, words: WEEKDAYS, first: 0 },
] as const;
type Field = (typeof FIELDS)[number];

/** Names for what most people want. */
const NICKNAMES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
};
const LONGEST_MONTH: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * When something is due, as cron writes it: minute, hour, day of the month, month, weekday; each a star, numbers, ranges and steps, months
 * and weekdays also by name. Given back with single spaces and nicknames written out. What can never be due is refused.
 */
export const cron: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value !== "string")
    return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'text such as "0 9 * * mon"' });
  const words = value.trim().toLowerCase();
  const text = Object.hasOwn(NICKNAMES, words) ? (NICKNAMES[words] ?? words) : words;
  const parts = text.split(/\s+/);
  if (parts.length !== FIELDS.length)
    return refuse(context, "CONFIG_CRON_INVALID", { value: show(value), problem: "it has not five fields" });
  const wrong = FIELDS.find((field, index) => !isField(parts[index] ?? "", field));
  if (wrong !== undefined)
    return refuse(context, "CONFIG_CRON_INVALID", { value: show(value), problem: `its ${wrong.name} is not understood` });
  if (isNever(parts)) return refuse(context, "CONFIG_CRON_INVALID", { value: show(value), problem: "no month has that day" });
  return parts.join(" ");
});

const isField = (text: string, field: Field): boolean => text.split(",").every((part) => valuesOf(part, field) !== undefined);

/** The values that one part of a list stands for; undefined where it is none. */
function valuesOf(part: string, field: Field): readonly number[] | undefined {
  const [range = "", step, more] = part.split("/");
  if (more !== undefined || (step !== undefined && !/^[1-9]\d?$/.test(step))) return undefined;
  const ends =
    range === "*" ? [field.least, field.name === "weekday" ? 6 : field.most] : range.split("-").map((end) => valueOf(end, field));
  const [from, to = step === undefined ? from : undefined, third] = ends;
  // A step over a single value is understood differently from one cron to the next.
  if (from === undefined || to === undefined || third !== undefined || from > to) return undefined;
  const by = Number(step ?? 1);
  if (by > field.most) return undefined;
  const values: number[] = [];
  for (let value = from; value <= to; value += by) values.push(value);
  return values;
}

function valueOf(text: string, { least, most, words, first }: Field): number | undefined {
  const named = (words as readonly string[]).indexOf(text);
  if (named >= 0) return named + first;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** True where no month that it names has a day that it names; a weekday that is named besides makes up for it. */
function isNever([, , days = "", months = "", weekdays = ""]: readonly string[]): boolean {
  if (weekdays !== "*" || days === "*") return false;
  const [, , dayField, monthField] = FIELDS;
  const values = (text: string, field: Field): readonly number[] => text.split(",").flatMap((part) => valuesOf(part, field) ?? []);
  const longest = Math.max(...values(months, monthField).map((month) => LONGEST_MONTH[month - 1] ?? 0));
  return values(days, dayField).every((day) => day > longest);
}
