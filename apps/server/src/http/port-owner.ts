import { readFileSync } from "node:fs";
import { join } from "node:path";
import { processHolding } from "../system/open-files.ts";

const LISTENING = "0A";

/** Who has a port of this machine, in words, as far as the system lets us see: "process 4711 (node)". */
export function portOwner(port: number): string {
  try {
    const sockets = new Set(["tcp", "tcp6"].flatMap((table) => listenersOf(table, port)).map((inode) => `socket:[${inode}]`));
    if (sockets.size > 0) return processHolding((target) => sockets.has(target)) ?? "another program";
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
