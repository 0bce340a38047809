import { isZero } from "@bulkhead/money";
import type { ScheduleConfig } from "../schedules.ts";
import { moneyText, percentText, type WriteContext } from "./setting-key.ts";
import type { TomlTable } from "./toml.ts";

/** A schedule as a file says it. */
export function scheduleTable(schedule: ScheduleConfig, account: string, context: Pick<WriteContext, "scale">): TomlTable {
  const { id, timeZone, catchUp, minimum } = schedule;
  const timing = {
    schedule: schedule.schedule,
    ...(timeZone === "UTC" ? {} : { time_zone: timeZone }),
    ...(catchUp ? { catch_up: true } : {}),
    ...(isZero(minimum) ? {} : { minimum: moneyText(minimum, context) }),
  };
  if (schedule.kind === "rebalance") {
    const targets = Object.fromEntries(schedule.targets.map(({ portfolio, weight }) => [portfolio, percentText(weight)]));
    const { drift, sell } = schedule;
    return { id, account, targets, ...timing, ...(drift === null ? {} : { drift: percentText(drift) }), ...(sell ? { sell: true } : {}) };
  }
  const { from, to, above, share } = schedule;
  return {
    id,
    account,
    from: [...from],
    to,
    above: above === "high-water-mark" ? above : moneyText(above, context),
    share: percentText(share),
    ...timing,
  };
}
