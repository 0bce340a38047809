import type { Sentence } from "./sentence.ts";

/** Why a data folder, a witness or a backup cannot be used. Nothing was changed, unless a sentence says so. */
export const STORAGE = {
  FOLDER_NOT_OURS: {
    says: "The data folder is not Bulkhead's own ({details}): journals are not mixed with other files, nor left for others to read.",
    fix: "Name an empty or a new folder with --data, or take what is not Bulkhead's out of it.",
  },
  FOLDER_NEWER: {
    says: "The data folder was laid out by a newer Bulkhead ({details}), and older code could misread it.",
    fix: "Use that version or a newer one; or restore a backup into another folder.",
  },
  FOLDER_DAMAGED: {
    says: "The note that says what the data folder is cannot be read ({details}).",
    fix: "Where the disk is sound, delete that note: the next start writes it anew, and the journals beside it stay as they are.",
  },
  FOLDER_UNWRITABLE: {
    says: "The data folder cannot be made or written ({details}), so nothing could be made durable.",
    fix: "Give this user the folder with mode 0700 and free space, or name another with --data.",
  },
  FOLDER_ON_NETWORK: {
    says: "The data folder is on another machine ({details}): neither its locks nor its syncs can be relied on.",
    fix: "Name a folder on a local disk with --data; copy the old one there while no desk runs.",
  },
  FOLDER_LOCKED: {
    says: "Another process has the data folder ({details}): two would send every order twice.",
    fix: "Use that desk, stop it, or name another folder with --data. A lock of a process that is gone is taken over by itself.",
  },
  WITNESS_FOREIGN: {
    says: "The witness beside the journal belongs to another journal ({details}): somebody moved or copied one of the two.",
    fix: "Put back the folder that belongs to it, or restore a backup; move the foreign one aside, do not delete it.",
  },
  WITNESS_NEWER: {
    says: "The witness was written by a newer Bulkhead ({details}), and older code could misread it.",
    fix: "Use that version or a newer one.",
  },
  WITNESS_FAILED: {
    says: "The second witness could not be written ({details}): without it a damaged database could not be told from a whole one.",
    fix: "Look at the disk and start again; start-up compares both and completes what lacks.",
  },
  ACCOUNT_DIFFERS: {
    says: "The journal is of another account than its folder says ({details}): a folder was renamed or copied.",
    fix: "Give the folder its account's name again, or restore a backup of the account that is meant.",
  },
  HISTORIES_DIVERGED: {
    says: "Database and witness hold two different histories ({details}): two desks wrote, or an old copy of one was put back.",
    fix: "Keep both, compare them with the venue, and restore the backup before they parted. Nothing was touched.",
  },
  DATABASE_NEWER: {
    says: "The journal's database was written by a newer Bulkhead ({details}), and older code could misread it.",
    fix: "Use that version or a newer one; to go back, restore a backup from before the upgrade.",
  },
  BACKUP_MISSING: {
    says: "There is no backup in {path}: it has no manifest.",
    fix: "`bulkhead backup list` shows those that there are; name one of them, or its folder.",
  },
  BACKUP_NEWER: {
    says: "The backup in {path} was made by a newer Bulkhead, and older code could misread it.",
    fix: "Restore it with that version or a newer one.",
  },
  BACKUP_DAMAGED: {
    says: "The backup in {path} is not what it was when it was made ({details}). It was not used.",
    fix: "Take an older one, and find out what the disk does to files.",
  },
  BACKUP_UNTRIED: {
    says: "The backup in {path} could not be restored to try it ({details}).",
    fix: "Make room where temporary files go, or name another place with TMPDIR; then `bulkhead backup check`.",
  },
  BACKUP_COPY_DAMAGED: {
    says: "The copy that was just made does not prove what the journal does ({details}), and so it is no backup.",
    fix: "Try another disk; run `bulkhead verify` on the data folder. Older backups stay.",
  },
  BACKUP_EXISTS: {
    says: "There is something at the backup's place already ({details}), and a backup never writes over anything.",
    fix: "Name another place with --to, or move that away.",
  },
  BACKUP_EMPTY: {
    says: "There is nothing to back up: {details}.",
    fix: "Check the data folder with --data; `bulkhead start` makes the first journal.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;
