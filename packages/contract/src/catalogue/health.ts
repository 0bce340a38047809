import type { Sentence } from "./sentence.ts";

/** What looking at a desk and its folder says: `bulkhead doctor`, `GET /api/system` and the health page in the same words. */
export const HEALTH = {
  HEALTH_DESK_RUNNING: { says: "A desk runs at {address}.", fix: "Nothing to do." },
  HEALTH_DESK_ABSENT: {
    says: "No desk runs on {path}; what only a running one knows is not looked at.",
    fix: "`bulkhead start` opens it.",
  },
  HEALTH_DESK_SILENT: {
    says: "A process holds {path} and does not answer: {reason}.",
    fix: "Look at its output; where it hangs, end it and start again: nothing that was acknowledged is lost.",
  },
  HEALTH_FOLDER_PRIVATE: { says: "The data folder {path} is yours alone.", fix: "Nothing to do." },
  HEALTH_FOLDER_ABSENT: { says: "There is no data folder {path} yet.", fix: "`bulkhead start` makes it; or name another with --data." },
  HEALTH_FOLDER_READABLE: {
    says: "Others can look into the data folder {path} (mode {mode}).",
    fix: "Run chmod 700 {path}; a start does so too.",
  },
  HEALTH_FOLDER_FOREIGN: {
    says: "The data folder {path} belongs to user {owner}, and you are {user}: nothing in it was looked at.",
    fix: "Run this as its owner, or give the folder to the user that runs the desk.",
  },
  HEALTH_FOLDER_UNUSABLE: { says: "The data folder {path} cannot be used: {reason}.", fix: "Name another with --data, or mend that." },
  HEALTH_KILL_WAITING: {
    says: "The file {path} waits: {level} of {scope}.",
    fix: "A start obeys it before anything trades; take the file away where that is not wanted any more.",
  },
  HEALTH_DISK_FREE: { says: "{free} are free where the data folder lies ({share}).", fix: "Nothing to do." },
  HEALTH_DISK_LOW: {
    says: "Only {free} are free where the data folder lies ({share}).",
    fix: "Make room soon; `[backup] keep` decides how many backups stay.",
  },
  HEALTH_DISK_FULL: {
    says: "Only {free} are left where the data folder lies ({share}): a desk that cannot write stops.",
    fix: "Make room now.",
  },
  HEALTH_CLOCK_AGREES: { says: "Clock and file system agree to {ms} ms.", fix: "Nothing to do." },
  HEALTH_CLOCK_FILES_DIFFER: {
    says: "The clock and the file system's are {ms} ms apart.",
    fix: "Keep the clock by NTP, and the data folder on a local disk.",
  },
  HEALTH_CLOCK_BEHIND_BOOKS: {
    says: "The clock stands {seconds} s before the last record: until then nothing happens.",
    fix: "Set the clock right; nothing is lost.",
  },
  HEALTH_CLOCK_SYNCED: { says: "The clock is kept by NTP.", fix: "Nothing to do." },
  HEALTH_CLOCK_UNSYNCED: {
    says: "The system says that the clock is not kept by NTP.",
    fix: "Switch time synchronization on: timedatectl set-ntp true.",
  },
  HEALTH_CLOCK_SYNC_UNKNOWN: {
    says: "Whether the clock is kept by NTP cannot be told here.",
    fix: "Check it where the clock belongs: on the host.",
  },
  HEALTH_CLOCK_JUMPED: {
    says: "The clock has jumped {count} times since the desk started, the last time by {ms} ms at {at}.",
    fix: "Let NTP slew the clock instead of stepping it; do not suspend the machine.",
  },
  HEALTH_CLOCK_STEADY: { says: "The clock has not jumped since the desk started.", fix: "Nothing to do." },
  HEALTH_LOOP_QUICK: { says: "The desk answers within {ms} ms (p99 of its turns).", fix: "Nothing to do." },
  HEALTH_LOOP_SLOW: {
    says: "The desk is held up for {ms} ms at times (p99 of its turns).",
    fix: "Fewer instruments or portfolios, or a faster machine.",
  },
  HEALTH_DATABASE_SOUND: { says: "The journal is proved: {records} records, digest {digest}.", fix: "Nothing to do." },
  HEALTH_DATABASE_WRITTEN: {
    says: "The journal stands at record {seq}, durable.",
    fix: "Nothing to do; `bulkhead doctor` on the desk's machine proves it whole.",
  },
  HEALTH_DATABASE_DAMAGED: {
    says: "The journal is damaged at record {seq}: {problem}.",
    fix: "Stop the desk and start it again: it repairs itself from the witness, or says what to do.",
  },
  HEALTH_WITNESS_AGREES: { says: "The witness agrees with the journal up to record {seq}.", fix: "Nothing to do." },
  HEALTH_WITNESS_BEHIND: {
    says: "The witness stands at record {witness}, the journal at {seq}: the desk was ended in between.",
    fix: "`bulkhead start` completes it.",
  },
  HEALTH_WITNESS_AHEAD: {
    says: "The witness has records up to {witness}, the journal only up to {seq}: the database has lost what was committed.",
    fix: "Stop the desk and start it again: it repairs itself from the witness. Then look for what is wrong with the disk.",
  },
  HEALTH_WITNESS_DAMAGED: {
    says: "The witness is not whole ({problem}, good up to record {seq}).",
    fix: "Stop the desk and start it again: it makes the witness anew. Then look for what is wrong with the disk.",
  },
  HEALTH_TABLES_CURRENT: { says: "The tables for reading stand at record {seq}.", fix: "Nothing to do." },
  HEALTH_TABLES_BEHIND: {
    says: "The tables for reading stand at record {seq}, the journal at {of}.",
    fix: "A start brings them there; `bulkhead rebuild` makes them anew.",
  },
  HEALTH_TABLES_UNREADABLE: {
    says: "The tables for reading are missing or cannot be read.",
    fix: "`bulkhead rebuild` makes them anew from the journal.",
  },
  HEALTH_TABLES_REBUILDING: {
    says: "The tables for reading are being made anew: {seq} of {of} records.",
    fix: "Nothing to do: the old ones answer meanwhile.",
  },
  HEALTH_ACCOUNT_READY: { says: "The account may trade.", fix: "Nothing to do." },
  HEALTH_ACCOUNT_NOT_READY: {
    says: "The account is not free to trade: {reason}.",
    fix: "Resolve what put it there; `bulkhead status` says more.",
  },
  HEALTH_ACCOUNT_READ_ONLY: {
    says: "The account starts read-only since it was {reason} at record {seq}: the venue may know more than the books.",
    fix: "Compare with the venue, then `bulkhead mode set ready`.",
  },
  HEALTH_QUARANTINE_HELD: {
    says: "Files of {count} repairs or restores are kept in the quarantine folder.",
    fix: "Delete them when you no longer need them.",
  },
  HEALTH_FEED_GOOD: { says: "Prices come from {feed}: {instruments} instruments.", fix: "Nothing to do." },
  HEALTH_FEED_SKEWED: {
    says: "The clock of {feed} is {ms} ms {how} this machine's.",
    fix: "Keep this machine's clock with NTP: beyond half a minute nothing is traded on its prices.",
  },
  HEALTH_FEED_DOWN: {
    says: "Prices do not come from {feed}: {connection} since {since}, {reason}.",
    fix: "It is tried again by itself; where it lasts, look at the network and at the source.",
  },
  HEALTH_VENUE_GOOD: { says: "Connected to {venue} as account {account}, and the books are compared with it.", fix: "Nothing to do." },
  HEALTH_VENUE_COMPARING: {
    says: "Connected to {venue}; the books are being compared with it.",
    fix: "Until that is done only cancels are sent; `bulkhead connection` says what it waits for.",
  },
  HEALTH_VENUE_DOWN: {
    says: "Not connected to {venue}: {connection} since {since}, {reason}.",
    fix: "It connects again by itself unless it is refused; orders at the venue stay where they are.",
  },
  HEALTH_BACKUP_NONE: { says: "There is no backup in {folder}.", fix: "`bulkhead backup` makes one; a running desk makes one every day." },
  HEALTH_BACKUP_OLD: {
    says: "The latest backup {name} is {hours} h old.",
    fix: "`bulkhead backup` makes one; see `[backup]` in the configuration for the daily one.",
  },
  HEALTH_BACKUP_PROVED: {
    says: "The latest backup {name} ({hours} h old) was restored into a temporary folder and replayed: {accounts} accounts, {records} records, the same digest.",
    fix: "Nothing to do.",
  },
  HEALTH_BACKUP_UNPROVED: {
    says: "The latest backup {name} was not restored to try it yet.",
    fix: "`bulkhead doctor` on the desk's machine does.",
  },
  HEALTH_BACKUP_DAMAGED: {
    says: "The latest backup {name} cannot be restored: {problem}.",
    fix: "`bulkhead backup` makes another; look for what is wrong with the disk.",
  },
  HEALTH_BACKUP_FAILED: { says: "The last backup failed at {at}: {reason}.", fix: "Mend that, then `bulkhead backup`." },
} as const satisfies Readonly<Record<string, Sentence>>;

export type HealthCode = keyof typeof HEALTH;
