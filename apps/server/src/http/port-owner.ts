import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

const LISTENING = "0A";

/** Who has a port of this machine, in words, as far as the system lets us see: "process 4711 (node)". */
export function portOwner(port: number): string {
  try {
    const sockets = new Set(["tcp", "tcp6"].flatMap((table) => listenersOf(table, port)).map((inode) => `socket:[${inode}]`));
    const pid = sockets.size === 0 ? undefined : readdirSync("/proc").find((name) => /^\d+$/.test(name) && holds(name, sockets));
    if (pid !== undefined) return `process ${pid} (${readFileSync(join("/proc", pid, "comm"), "utf8").trim()})`;
  } catch {
    // Not Linux, or not ours to see.
  }
  return "another program";
}

/** Inodes of the sockets that listen on a port, from /proc/net/tcp or tcp6. */
function listenersOf(table: string, port: number): readonly string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync(join("/proc/net", table), "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(end))
    .flatMap(([, , , , , , , , , inode]) => inode ?? []);
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = join("/proc", pid, "fd");
    return readdirSync(folder).some((name) => sockets.has(targetOf(join(folder, name))));
  } catch {
    return false;
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
