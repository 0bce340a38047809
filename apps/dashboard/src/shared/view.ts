import { useSyncExternalStore } from "react";
import { readChoice, writeChoice } from "./ui/choices.ts";

/** How this browser shows things. Nothing of it leaves the browser. */
export type View = Readonly<{
  theme: "system" | "light" | "dark";
  /** What a gain and a loss look like; `safe` is told apart by every eye. */
  colours: "safe" | "green-up" | "red-up";
  /** `each`: as it fits its place. */
  times: "each" | "relative" | "exact";
  /** In which zone exact times are said. */
  zone: "local" | "UTC";
  /** Amounts are hidden, percentages stay: a screenshot can be shared. */
  isPrivate: boolean;
}>;

export const THEMES = ["system", "light", "dark"] as const satisfies readonly View["theme"][];
export const COLOURS = ["safe", "green-up", "red-up"] as const satisfies readonly View["colours"][];
export const TIMES = ["each", "relative", "exact"] as const satisfies readonly View["times"][];
export const ZONES = ["local", "UTC"] as const satisfies readonly View["zone"][];

const one = <T extends string>(all: readonly T[], name: string): T => {
  const chosen = readChoice<unknown>(name, all[0]);
  return all.find((each) => each === chosen) ?? (all[0] as T);
};

let view: View = {
  theme: one(THEMES, "theme"),
  colours: one(COLOURS, "colours"),
  times: one(TIMES, "times"),
  zone: one(ZONES, "zone"),
  isPrivate: readChoice<unknown>("private", false) === true,
};
const listeners = new Set<() => void>();

/** How things are shown now; whoever draws by it is drawn anew when it changes. */
export const viewNow = (): View => view;

/** Changes it, for this browser and from now on. */
export function setView(changes: Partial<View>): void {
  view = { ...view, ...changes };
  for (const [name, value] of Object.entries(view)) writeChoice(name === "isPrivate" ? "private" : name, value);
  const { dataset } = document.documentElement;
  dataset["theme"] = view.theme;
  dataset["colours"] = view.colours;
  window.dispatchEvent(new Event("bulkhead:theme"));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useView = (): View => useSyncExternalStore(subscribe, viewNow);
