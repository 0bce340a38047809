import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** A process that has something open, in words, as far as the system lets us see: "process 4711 (node)". `isIt` is asked what is open. */
export function processHolding(isIt: (target: string) => boolean, except?: number): string | undefined {
  try {
    const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && Number(name) !== except && holds(name, isIt));
    if (pid !== undefined) return `process ${pid} (${readFileSync(join("/proc", pid, "comm"), "utf8").trim()})`;
  } catch {
    // Not Linux, or not ours to see.
  }
  return undefined;
}

function holds(pid: string, isIt: (target: string) => boolean): boolean {
  try {
    const folder = join("/proc", pid, "fd");
    return readdirSync(folder).some((name) => isIt(targetOf(join(folder, name))));
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
