import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Shell } from "../shell.ts";

/** `--prices PATH` as a `[[backtest.data]]`: `demo`, a `.bars` file, a LEAN folder, else CSV. The path is made absolute: it is relative to the working folder. */
export function pricesFlag(shell: Shell, text: string): Readonly<Record<string, string>> {
  if (text === "demo") return { format: "synthetic" };
  const path = resolve(shell.folder, text);
  if (text.endsWith(".bars")) return { format: "columns", path };
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  return { format: isFolder && !hasTables(path) ? "lean" : "csv", path };
}

/** A folder with price files directly in it is not a LEAN folder: those have daily, minute and so on. */
function hasTables(path: string): boolean {
  return !["daily", "hour", "minute", "second", "tick", "equity", "crypto", "cryptofuture"].some((name) => existsSync(resolve(path, name)));
}
