import { renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { backupsIn } from "@bulkhead/store";
import type { RunningAccount } from "../desk/running-account.ts";
import type { StartedDesk } from "../desk/start-desk.ts";
import type { Sighting } from "./alarm.ts";
import { Alarms, LOOK_EVERY_MS, type WatchedAccount } from "./alarms.ts";
import { channelOf, type SecretPlaces } from "./channel.ts";
import { Clocks } from "./clocks.ts";
import { Heartbeat } from "./heartbeat.ts";
import { freeBytesOf, ofBackups, ofCapital, ofDisk, ofFeed, sighting } from "./sources.ts";
import { ofVenue } from "./venue-sources.ts";

export type OpenAlarmsOptions = Readonly<{
  started: StartedDesk;
  places: SecretPlaces;
  backupFolder: string;
  /** Why nobody watches for the file KILL; undefined: somebody does, or nobody is meant to. */
  watchdogTrouble: () => string | undefined;
  /** Where it is said that alarms cannot be kept. */
  onTrouble: (text: string) => void;
}>;

/** The alarms of a running desk, and the heartbeat where one is configured. */
export type DeskAlarms = Readonly<{ alarms: Alarms; heartbeat: Heartbeat | undefined; close: () => Promise<void> }>;

/** How often what is asked of the disk is asked. */
const DISK_EVERY_MS = 15_000;
/** A loop that has not turned for so long is stuck. */
const STUCK_MS = 15_000;

/** Begins to look for what is wrong with a desk, and to tell it. */
export function openAlarms(options: OpenAlarmsOptions): DeskAlarms {
  const { started, places, onTrouble } = options;
  const { desk, config, data } = started;
  const path = join(data, "alarms.sqlite");
  const clocks = new Clocks(Date.now, () => performance.now(), LOOK_EVERY_MS);
  const setup = {
    path,
    config: config.alarms,
    channel: channelOf(config.alarms, places),
    accounts: [...desk.accounts.values()].map(watched),
    look: lookAtDesk(options),
    moments: () => clocks.look(),
    deskNow: () => desk.clock.now(),
    onTrouble: onceInAWhile(onTrouble),
  };
  const alarms = madeSure(path, onTrouble, () => new Alarms(setup));
  alarms.start();
  const before = desk.dataFolder.tookOver;
  if (before !== null)
    alarms.happened(sighting("DESK_NOT_STOPPED", { pid: String(before.pid), since: before.startedAt }, { what: before.startedAt }));
  const { heartbeat: beat, allowPrivate } = config.alarms;
  const trouble = (): string | undefined => troubleOf(started);
  const heartbeat = beat === null ? undefined : new Heartbeat({ heartbeat: beat, allowPrivate, places, trouble, now: Date.now });
  heartbeat?.start();
  return {
    alarms,
    heartbeat,
    close: async () => {
      await heartbeat?.close();
      await alarms.close();
    },
  };
}

const watched = (account: RunningAccount): WatchedAccount => ({
  id: account.id,
  get state() {
    return account.state;
  },
  get alarms() {
    return account.alarms;
  },
  get durableSeq() {
    return account.durableSeq;
  },
  onDurable: (listener) => account.onDurable(listener),
  read: (fromSeq) => account.books.journal.read(fromSeq),
});

/** Alarms that cannot be read are put aside: a desk without its past alarms is better than none. */
function madeSure(path: string, onTrouble: (text: string) => void, make: () => Alarms): Alarms {
  try {
    return make();
  } catch (error) {
    onTrouble(`${path} cannot be used (${String(error)}); it is put aside as ${path}.damaged`);
    for (const suffix of ["", "-wal", "-shm"]) {
      try {
        renameSync(`${path}${suffix}`, `${path}.damaged${suffix}`);
      } catch {
        // Not every one of them is there.
      }
    }
    return make();
  }
}

/** What is wrong besides the accounts. */
function lookAtDesk({ started, backupFolder, watchdogTrouble }: OpenAlarmsOptions): () => readonly Sighting[] {
  const { desk, config, data } = started;
  const { diskFreeMinBytes, backupAgeMaxMs } = config.alarms;
  const born = bornAt(started);
  let disk: readonly Sighting[] = [];
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const at = performance.now();
    if (at - askedAt >= DISK_EVERY_MS) {
      askedAt = at;
      const youngest = backupsIn(backupFolder)[0]?.manifest.madeAt ?? born;
      disk = [...ofDisk(freeBytesOf(data), diskFreeMinBytes), ...ofBackups(youngest, Date.now(), backupAgeMaxMs)];
    }
    const trouble = watchdogTrouble();
    const watchdog = trouble === undefined ? [] : [sighting("WATCHDOG_DOWN", { reason: trouble })];
    const capital = [...desk.capital].flatMap(([account, { schedules }]) => ofCapital(account, schedules.undone()));
    const venues = [...desk.accounts.values()].flatMap((account) => ofVenue(account, desk.clock.now()));
    return [...disk, ...watchdog, ...capital, ...venues, ...ofFeed(desk.feed, desk.clock.now())];
  };
}

/** Since when the desk has had something to lose, by the wall's clock: since the folder of its accounts was made. */
function bornAt({ data }: StartedDesk): number {
  const born = statSync(join(data, "accounts"), { throwIfNoEntry: false })?.birthtimeMs ?? 0;
  return born > 0 ? born : Date.now();
}

/** Why a desk is not well: then it does not say that it lives. */
function troubleOf({ desk, data }: StartedDesk): string | undefined {
  for (const { id, haltReason } of desk.accounts.values()) if (haltReason !== undefined) return `account ${id} stands still`;
  const stillMs = performance.now() - desk.turnedAt;
  if (stillMs > STUCK_MS) return `the loop has not turned for ${Math.round(stillMs / 1_000)} s`;
  return freeBytesOf(data) === 0 ? "the disk is full" : undefined;
}

const SAY_EVERY_MS = 60_000;

/** The same trouble each second is said once a minute. */
function onceInAWhile(say: (text: string) => void): (text: string) => void {
  const saidAt = new Map<string, number>();
  return (text) => {
    const now = performance.now();
    if (now - (saidAt.get(text) ?? Number.NEGATIVE_INFINITY) < SAY_EVERY_MS) return;
    if (saidAt.size > 100) saidAt.clear();
    saidAt.set(text, now);
    say(text);
  };
}
