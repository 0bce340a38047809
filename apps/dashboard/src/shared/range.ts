/** A range of time as it stands in the address: `7d`, or two instants `1760000000000..1760086400000`. Ends included; undefined is everything. */
export type Range = Readonly<{ from: number; to: number }>;

const DAY_MS = 86_400_000;

/** The ranges that a press of a button gives. */
export const RANGES = [
  { id: "1d", label: "1 D", days: 1 },
  { id: "7d", label: "7 D", days: 7 },
  { id: "30d", label: "30 D", days: 30 },
  { id: "365d", label: "1 Y", days: 365 },
] as const;

export function rangeOf(text: string | undefined, now: number): Range | undefined {
  const days = RANGES.find(({ id }) => id === text)?.days;
  if (days !== undefined) return { from: now - days * DAY_MS, to: now };
  const [from, to] = (text ?? "").split("..").map(Number);
  return from !== undefined && to !== undefined && from < to ? { from, to } : undefined;
}

export const textOfRange = ({ from, to }: Range): string => `${from}..${to}`;

/** Whether an instant lies in a range; everything lies in no range. */
export function isWithin(range: Range | undefined, instant: string | null | undefined): boolean {
  if (range === undefined || instant === null || instant === undefined) return true;
  const at = new Date(instant).getTime();
  return at >= range.from && at <= range.to;
}
