import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { dataFolderPath, type FolderHolder, folderHolder } from "@bulkhead/store";
import { CommandFailure, type Options, type Shell } from "../shell.ts";

/** Where a desk answers, and its data folder where it is this machine's. */
export type FoundDesk = Readonly<{ url: string; folder: string | null }>;

/** The data folder that a command is about: `--data`, `BULKHEAD_HOME`, or the platform's place. */
export function dataFolderOf(shell: Shell, options: Options): string {
  const { environment } = shell;
  const path = dataFolderPath({
    data: textOf(options, "data"),
    bulkheadHome: environment["BULKHEAD_HOME"],
    platform: process.platform,
    userHome: environment["HOME"] ?? homedir(),
    xdgDataHome: environment["XDG_DATA_HOME"],
    localAppData: environment["LOCALAPPDATA"],
  });
  return resolve(shell.folder, path);
}

/** The address that was named, by `--url` or `BULKHEAD_URL`; the folder's own desk where a folder was named. */
export function namedUrl(shell: Shell, options: Options): string | undefined {
  const url = textOf(options, "url");
  if (url !== undefined) return url;
  return textOf(options, "data") === undefined ? shell.environment["BULKHEAD_URL"] || undefined : undefined;
}

/** Finds the running desk: by its address, else by who holds the data folder. Throws `CLI_DESK_ABSENT` or `CLI_DESK_STARTING`. */
export function findDesk(shell: Shell, options: Options): FoundDesk {
  const named = namedUrl(shell, options);
  if (named !== undefined) return { url: checkedUrl(named), folder: null };
  const folder = dataFolderOf(shell, options);
  const holder = holderOf(folder);
  if (!holder.held) throw new CommandFailure("CLI_DESK_ABSENT", { path: folder }, { exitCode: 4 });
  const address = holder.owner?.address ?? null;
  if (address === null) throw new CommandFailure("CLI_DESK_STARTING", { path: folder }, { exitCode: 4 });
  return { url: reachable(address), folder };
}

/** A desk that listens everywhere is asked at this machine's own address, under which it always answers. */
const reachable = (address: string): string => address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");

/** Who holds a data folder. One that cannot be looked into is somebody else's. */
export function holderOf(folder: string): FolderHolder {
  if (!existsSync(folder)) return { held: false };
  try {
    return folderHolder(folder);
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNREADABLE", { path: folder, reason: "it belongs to another user" }, { cause: error });
  }
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url.origin;
  throw new CommandFailure("CLI_URL_INVALID", { url: text }, { exitCode: 2 });
}

/** An option as text; undefined where it was not given. */
export function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}
