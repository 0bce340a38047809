import type { Contract } from "../broker/contract.ts";
import type { Hours } from "../wire/contract-details.ts";
import { localTime } from "../zone.ts";

const DAY = 86_400_000;

/** Hours of the next five days: weekdays as the kind of contract has them, weekends closed. No holidays, and they close nothing here. */
export function hoursOf({ secType }: Contract, at: number, zone: string): Hours {
  const all = secType === "CRYPTO" || secType === "CASH" || secType === "FUT";
  const [trading, liquid] = all ? ["0000-2359", "0000-2359"] : ["0400-2000", "0930-1600"];
  return { zone, trading: days(at, zone, trading ?? "", secType === "CRYPTO"), liquid: days(at, zone, liquid ?? "", secType === "CRYPTO") };
}

function days(at: number, zone: string, hours: string, weekends: boolean): string {
  const [open = "", close = ""] = hours.split("-");
  return [0, 1, 2, 3, 4]
    .map((later) => localTime(at + later * DAY, zone).date)
    .map((date) => (weekends || isWeekday(date) ? `${date}:${open}-${date}:${close}` : `${date}:CLOSED`))
    .join(";");
}

function isWeekday(date: string): boolean {
  const day = new Date(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00Z`).getUTCDay();
  return day !== 0 && day !== 6;
}
