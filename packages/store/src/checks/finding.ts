import type { AccountId } from "@bulkhead/core";

/** How a thing that was looked at is: as it should be, not to be told from here, to be looked at soon, to be acted on now. */
export type FindingLevel = "good" | "unknown" | "warning" | "bad";

/** Everything that looking at a data folder can say; each has a sentence in the catalogue. */
export type FindingCode =
  | "HEALTH_FOLDER_PRIVATE"
  | "HEALTH_FOLDER_ABSENT"
  | "HEALTH_FOLDER_READABLE"
  | "HEALTH_FOLDER_FOREIGN"
  | "HEALTH_FOLDER_UNUSABLE"
  | "HEALTH_KILL_WAITING"
  | "HEALTH_DISK_FREE"
  | "HEALTH_DISK_LOW"
  | "HEALTH_DISK_FULL"
  | "HEALTH_CLOCK_AGREES"
  | "HEALTH_CLOCK_FILES_DIFFER"
  | "HEALTH_CLOCK_BEHIND_BOOKS"
  | "HEALTH_DATABASE_SOUND"
  | "HEALTH_DATABASE_DAMAGED"
  | "HEALTH_WITNESS_AGREES"
  | "HEALTH_WITNESS_BEHIND"
  | "HEALTH_WITNESS_AHEAD"
  | "HEALTH_WITNESS_DAMAGED"
  | "HEALTH_TABLES_CURRENT"
  | "HEALTH_TABLES_BEHIND"
  | "HEALTH_TABLES_UNREADABLE"
  | "HEALTH_ACCOUNT_READ_ONLY"
  | "HEALTH_QUARANTINE_HELD"
  | "HEALTH_BACKUP_NONE"
  | "HEALTH_BACKUP_OLD"
  | "HEALTH_BACKUP_PROVED"
  | "HEALTH_BACKUP_UNPROVED"
  | "HEALTH_BACKUP_DAMAGED";

/** One thing that was looked at. `account` null: about the whole folder. */
export type Finding = Readonly<{
  check: "folder" | "kill" | "disk" | "clock" | "database" | "witness" | "tables" | "account" | "backup";
  account: AccountId | null;
  level: FindingLevel;
  code: FindingCode;
  figures: Readonly<Record<string, string | number>>;
}>;
