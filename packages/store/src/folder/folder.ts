import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, statfsSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type AccountId, isSlug } from "@bulkhead/core";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { type FolderOwner, lockFolder, publishAddress } from "./lock.ts";

/** Of the layout in docs/recovery.md; a newer one refuses older code. */
export const FOLDER_FORMAT = 1;

export type FolderProblem =
  | "FOLDER_NOT_OURS"
  | "FOLDER_NEWER"
  | "FOLDER_DAMAGED"
  | "FOLDER_UNWRITABLE"
  | "FOLDER_ON_NETWORK"
  | "FOLDER_LOCKED";

/** The one data folder of a desk, held by this process until it is closed. */
export type DataFolder = Readonly<{
  path: string;
  /** Who held it and ended without closing it; null: it was closed, or is new. */
  tookOver: FolderOwner | null;
  /** The other version of the program that wrote it last; null: this one, or it is new. */
  writtenBy: string | null;
  /** Says that this version writes it from now on. */
  adopt: () => void;
  /** Others could read it before. */
  tightened: boolean;
  /** Says where the desk answers, for a second start to print. */
  publish: (address: string) => void;
  close: () => void;
}>;

export type OpenedFolder = Readonly<
  | { ok: true; folder: DataFolder }
  /** `owner` with `FOLDER_LOCKED`: who has it, as far as they said. */
  | { ok: false; code: FolderProblem; details: string; owner: FolderOwner | null }
>;

export type OpenFolderOptions = Readonly<{
  /** This process, for others to read. */
  owner: FolderOwner;
  /** Of the program, kept as a note. */
  version: string;
  /** Kind of the file system in a folder, as statfs(2) numbers it; for tests. */
  fileSystemOf?: (path: string) => number;
}>;

/** Locks of a network file system are not to be relied on (reliability D10): NFS, SMB, CIFS, SMB2, AFS, Ceph, 9P. */
const NETWORK_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x01021997]);

/** Opens a folder for one desk, making it where it is missing; mode 0700. */
export function openFolder(path: string, options: OpenFolderOptions): OpenedFolder {
  const unusable = (code: FolderProblem, details: string, owner: FolderOwner | null = null): OpenedFolder => ({
    ok: false,
    code,
    details: `path=${path}, ${details}`,
    owner,
  });
  if (!makeFolder(path)) return unusable("FOLDER_UNWRITABLE", "it cannot be made or written");
  const note = join(path, "folder.json");
  const said = readJsonFile(note);
  if (said === "unreadable") return unusable("FOLDER_DAMAGED", `${note} cannot be read`);
  if (said === "missing" && readdirSync(path).some((name) => !OURS_BEFORE_THE_NOTE.has(name)))
    return unusable("FOLDER_NOT_OURS", "it holds other files");
  if (said !== "missing" && Number(said["format"]) > FOLDER_FORMAT)
    return unusable("FOLDER_NEWER", `format=${String(said["format"])}, known=${FOLDER_FORMAT}, written by ${String(said["version"])}`);
  if (NETWORK_FILE_SYSTEMS.has((options.fileSystemOf ?? fileSystemOf)(path)))
    return unusable("FOLDER_ON_NETWORK", "its file system is on another machine");
  const tightened = tighten(path);
  if (tightened === undefined) return unusable("FOLDER_NOT_OURS", "others can read it, and it belongs to somebody else");

  const lock = lockFolder(path, options.owner);
  if (!lock.ok)
    return unusable("FOLDER_LOCKED", lock.owner === null ? "its owner did not say who it is" : ownerText(lock.owner), lock.owner);
  const adopt = (): void => writeJsonFile(note, { format: FOLDER_FORMAT, version: options.version });
  const writtenBy = said === "missing" || said["version"] === options.version ? null : String(said["version"]);
  if (writtenBy === null) adopt();
  const publish = (address: string): void => publishAddress(path, options.owner, address);
  return { ok: true, folder: { path, tookOver: lock.tookOver, writtenBy, adopt, tightened, publish, close: lock.release } };
}

/** What a first start that was cut off may leave. */
const OURS_BEFORE_THE_NOTE: ReadonlySet<string> = new Set(["lock", "owner.json", "owner.json.new", "folder.json.new"]);

/** The accounts that have a home in a data folder, in order. */
export function accountsIn(path: string): readonly AccountId[] {
  const folder = join(path, "accounts");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter(isSlug).sort() as AccountId[];
}

export type FolderPlace = Readonly<{
  /** `--data`. */
  data: string | undefined;
  /** `BULKHEAD_HOME`. */
  bulkheadHome: string | undefined;
  platform: NodeJS.Platform;
  /** The user's own folder. */
  userHome: string;
  /** `XDG_DATA_HOME`, Linux. */
  xdgDataHome: string | undefined;
  /** `LOCALAPPDATA`, Windows. */
  localAppData: string | undefined;
}>;

/** Where the data folder is: the flag, the environment, or the platform's place for a user's data. */
export function dataFolderPath({ data, bulkheadHome, platform, userHome, xdgDataHome, localAppData }: FolderPlace): string {
  const said = [data, bulkheadHome].find((path) => path !== undefined && path !== "");
  if (said !== undefined) return said;
  if (platform === "darwin") return join(userHome, "Library", "Application Support", "Bulkhead");
  if (platform === "win32") return join(localAppData ?? join(userHome, "AppData", "Local"), "Bulkhead");
  // XDG: a relative path there is to be ignored.
  const base = xdgDataHome !== undefined && isAbsolute(xdgDataHome) ? xdgDataHome : join(userHome, ".local", "share");
  return join(base, "bulkhead");
}

function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** True where others had access; undefined where it cannot be taken from them. */
function tighten(path: string): boolean | undefined {
  if ((statSync(path).mode & 0o077) === 0) return false;
  try {
    chmodSync(path, 0o700);
    return true;
  } catch {
    return undefined;
  }
}

const fileSystemOf = (path: string): number => statfsSync(path).type;

const ownerText = ({ pid, host, startedAt, address }: FolderOwner): string =>
  `pid=${pid}, host=${host}, since=${startedAt}${address === null ? "" : `, address=${address}`}`;
