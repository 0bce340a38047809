import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ServerConfig } from "@bulkhead/contract";
import { ListenRefused } from "./http/bind.ts";
import type { ListenOptions } from "./http/server.ts";

/** What the command line says of where a desk answers; it goes before the configuration's `[server]`. */
export type DoorFlags = Readonly<{
  /** Default: both addresses of the loopback. */
  host?: string | undefined;
  /** A port that was asked for and is busy is refused; the default one moves on to the next free. */
  port?: number | undefined;
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  proxied?: boolean | undefined;
  /** Names besides its own addresses, with commas. */
  hosts?: string | undefined;
  login?: boolean | undefined;
  workingFolder: string;
}>;

export type Door = Pick<ListenOptions, "host" | "tls" | "readTls" | "proxied" | "proxies" | "hosts" | "login"> &
  Readonly<{ port: number | undefined }>;

/** Where a desk answers: flags over configuration over defaults. Reads the TLS files; throws `ListenRefused` where they cannot be read. */
export function doorOf(flags: DoorFlags, config: ServerConfig, configFolder: string): Door {
  const { workingFolder, tlsCert, tlsKey } = flags;
  const fromFlags = tlsCert === undefined && tlsKey === undefined ? undefined : { cert: tlsCert ?? "", key: tlsKey ?? "" };
  if (fromFlags !== undefined && (fromFlags.cert === "" || fromFlags.key === ""))
    throw new ListenRefused("TLS_UNREADABLE", { cause: "--tls-cert and --tls-key go together" });
  const files = fromFlags ?? config.tls;
  const folder = fromFlags === undefined ? configFolder : workingFolder;
  const readTls = files === null ? undefined : () => ({ cert: read(folder, files.cert), key: read(folder, files.key) });
  return {
    host: flags.host ?? config.host ?? undefined,
    port: flags.port ?? config.port ?? undefined,
    tls: readTls?.(),
    readTls,
    proxied: flags.proxied ?? config.proxied,
    proxies: config.proxies,
    hosts: flags.hosts?.split(",").map((each) => each.trim()) ?? config.hosts,
    login: flags.login ?? config.login,
  };
}

function read(folder: string, path: string): string {
  try {
    return readFileSync(resolve(folder, path), "utf8");
  } catch (error) {
    throw new ListenRefused("TLS_UNREADABLE", { cause: error instanceof Error ? error.message : String(error) });
  }
}
