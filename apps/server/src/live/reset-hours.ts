import type { InstantMs } from "@bulkhead/core";

/** Whether an instant lies in these hours of a zone's day. */
export function isWithin({ from, to }: Readonly<{ from: number; to: number }>, timeZone: string, at: InstantMs): boolean {
  const parts = new Intl.DateTimeFormat("en", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const minute = of("hour") * 60 + of("minute");
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}
