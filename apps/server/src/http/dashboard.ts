import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

export type DashboardFile = Readonly<{ body: Uint8Array<ArrayBuffer>; type: string; etag: string; isImmutable: boolean }>;
/** The built dashboard, in memory: its files by their address. */
export type Dashboard = Readonly<{ index: string; files: ReadonlyMap<string, DashboardFile> }>;

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** Reads a built dashboard; undefined where none is: then the plain page stays. Source maps and what has no known type are not served. */
export function readDashboard(folder: string): Dashboard | undefined {
  const index = join(folder, "index.html");
  if (!existsSync(index)) return undefined;
  const files = new Map<string, DashboardFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const body = new Uint8Array(readFileSync(path));
    const address = `/${relative(folder, path).split(sep).join("/")}`;
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    files.set(address, { body, type, etag, isImmutable: address.startsWith("/assets/") });
  }
  return { index: readFileSync(index, "utf8"), files };
}
