import { useSyncExternalStore } from "react";

/** The theme's colours as a canvas wants them. */
export type Colours = Readonly<Record<"ink" | "muted" | "line" | "surface" | "accent" | "gain" | "loss" | "warn" | "danger", string>>;

const NAMES = ["ink", "muted", "line", "surface", "accent", "gain", "loss", "warn", "danger"] as const;

let current: Colours | undefined;

/** `light-dark()` is resolved by the browser, so a probe is asked instead of the variable's text. */
function read(): Colours {
  const probe = document.createElement("span");
  document.body.append(probe);
  const found = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return found as Colours;
}

function subscribe(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const changed = (): void => {
    current = undefined;
    listener();
  };
  system.addEventListener("change", changed);
  window.addEventListener("bulkhead:theme", changed);
  return () => {
    system.removeEventListener("change", changed);
    window.removeEventListener("bulkhead:theme", changed);
  };
}

/** The colours of the theme in force; new ones when it changes. */
export const useColours = (): Colours =>
  useSyncExternalStore(subscribe, () => {
    current ??= read();
    return current;
  });
