import { registerHooks } from "node:module";

/** The names under which a strategy file knows this package. */
const NAMES: ReadonlySet<string> = new Set(["bulkhead", "@bulkhead/strategies"]);
const DOOR = new URL("../index.ts", import.meta.url).href;

let registered = false;

/** Makes `from "bulkhead"` in a file anywhere on disk mean this package. Once per process; other names are not touched. */
export function resolveBulkhead(): void {
  if (registered) return;
  registered = true;
  registerHooks({ resolve: (name, context, next) => next(NAMES.has(name) ? DOOR : name, context) });
}
