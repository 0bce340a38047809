import { moneyOfUnits, parseRatio, type Ratio } from "@bulkhead/money";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import type { RebalanceTable, SweepTable } from "./schedule-tables.ts";
import type { RebalanceConfig, ScheduleConfig, SweepConfig, Timing } from "./schedules.ts";
import { percentWords } from "./words.ts";

/** The schedules of a configuration as their tables. */
export type ScheduleTables = Readonly<{
  rebalances: readonly Parsed<RebalanceTable>[];
  sweeps: readonly Parsed<SweepTable>[];
  complete: boolean;
}>;
/** What a schedule needs to know of an account. */
type Cash = Readonly<{ id: string; scale: number; currency: string }>;

/** Drift that nobody gave a time for is looked at every hour. */
const HOURLY = "0 * * * *";

/** The schedules of each account, by its id. One that does not say whose it is belongs to the only account. */
export function readSchedules(
  tables: ScheduleTables,
  accounts: readonly Cash[],
  sink: Sink,
): ReadonlyMap<string, readonly ScheduleConfig[]> {
  const found = new Map<string, ScheduleConfig[]>(accounts.map(({ id }) => [id, []]));
  const add = <T extends RebalanceTable | SweepTable>(kind: string, parsed: Parsed<T>, read: (cash: Cash) => ScheduleConfig): void => {
    const { account: named, id } = parsed.table;
    const account = named === undefined && accounts.length === 1 ? accounts[0] : accounts.find((each) => each.id === named);
    const ids = accounts.map((each) => each.id).join(", ");
    // An account that was refused is none of its mistakes.
    if (account === undefined && !tables.complete) return;
    if (account === undefined)
      sink.problems.push({
        code: "CONFIG_SCHEDULE_ACCOUNT",
        params: { schedule: `${kind} ${id}`, accounts: ids },
        path: `${kind}.${id}.account`,
        origin: parsed.source.originOf([...parsed.path, named === undefined ? "id" : "account"]),
      });
    else found.get(account.id)?.push(read(account));
  };
  for (const parsed of tables.rebalances) add("rebalance", parsed, (cash) => readRebalance(parsed, cash, sink));
  for (const parsed of tables.sweeps) add("sweep", parsed, (cash) => readSweep(parsed, cash, sink));
  return found;
}

function readRebalance(parsed: Parsed<RebalanceTable>, cash: Cash, sink: Sink): RebalanceConfig {
  const { id, targets, drift } = parsed.table;
  const reader = new Reader<RebalanceTable>(`rebalance.${id}`, [tableLayer(parsed)], sink, cash);
  const weights = targets.map(({ portfolio, weight }) => `${portfolio} ${percentWords(weight)}`).join(", ");
  reader.say(
    "targets",
    JSON.stringify(Object.fromEntries(targets.map((each) => [each.portfolio, each.weight]))),
    `moves cash towards ${weights} of what they are worth together`,
    reader.origin("targets"),
  );
  return {
    kind: "rebalance",
    id,
    targets: targets.map(({ portfolio, weight }) => ({ portfolio, weight: ratioOf(weight) })),
    ...readTiming(reader, drift === undefined ? undefined : HOURLY),
    drift: reader.ratio("drift", (value) => `only where a share is off by more than ${percentWords(value)}`),
    minimum: readMinimum(reader),
    sell: reader.plain("sell", false, (value) =>
      value ? "sells of what is too much where cash is not enough" : "moves what cash is free and sells nothing",
    ),
  };
}

function readSweep(parsed: Parsed<SweepTable>, cash: Cash, sink: Sink): SweepConfig {
  const { id, from, to = "unattributed", above, share = "1" } = parsed.table;
  const reader = new Reader<SweepTable>(`sweep.${id}`, [tableLayer(parsed)], sink, cash);
  reader.say("from", from.join(","), `takes profit from ${from.join(", ")}`, reader.origin("from"));
  reader.say("to", to, to === "unattributed" ? "into the account's free cash" : `into ${to}`, reader.origin("to"));
  if (from.includes(to)) reader.problem("to", "CONFIG_SWEEP_TO_SELF", { portfolio: to });
  const mark = above === "high-water-mark";
  const capital = mark ? null : reader.money("above", (value) => `leaves ${value} in each of them`);
  if (mark) reader.say("above", above, "takes each profit once: what was earned beyond the highest so far", reader.origin("above"));
  reader.say("share", share, `moves ${percentWords(share)} of it`, reader.origin("share"));
  return {
    kind: "sweep",
    id,
    from,
    to,
    above: capital ?? "high-water-mark",
    share: ratioOf(share),
    ...readTiming(reader, undefined),
    minimum: readMinimum(reader),
  };
}

type TimingTable = Pick<RebalanceTable, "account" | "schedule" | "time_zone" | "catch_up" | "minimum">;

function readTiming<T extends TimingTable & Readonly<Record<string, unknown>>>(given: Reader<T>, otherwise: string | undefined): Timing {
  const reader = given as unknown as Reader<TimingTable & Readonly<Record<string, unknown>>>;
  if (reader.value("schedule") === undefined && otherwise === undefined)
    reader.problem("schedule", "CONFIG_KEY_MISSING", { key: "schedule" });
  const timeZone = reader.value("time_zone") ?? "UTC";
  const schedule = reader.plain("schedule", otherwise ?? HOURLY, (value) => `is due when cron says ${value}`);
  reader.say("time_zone", timeZone, `by the clocks of ${timeZone}`, reader.origin("time_zone"));
  const catchUp = reader.plain("catch_up", false, (value) =>
    value ? "what was due while the desk was down is done once at its start" : "what was due while the desk was down is left out",
  );
  return { schedule, timeZone, catchUp };
}

function readMinimum<T extends TimingTable & Readonly<Record<string, unknown>>>(given: Reader<T>): ScheduleConfig["minimum"] {
  const reader = given as unknown as Reader<TimingTable & Readonly<Record<string, unknown>>>;
  const written = reader.money("minimum", (value) => `transfers of less than ${value} are left out`);
  if (written !== null) return written;
  reader.say("minimum", "0", "any amount from a cent on is moved", { kind: "default" });
  return moneyOfUnits(0);
}

/** The exact ratio of a text that its schema accepted. */
function ratioOf(text: string): Ratio {
  const parsed = parseRatio(text);
  if (!parsed.ok) throw new RangeError(`NOT_A_RATIO: ${text}`);
  return parsed.value;
}
