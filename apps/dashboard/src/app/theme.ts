const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** The chosen theme; `public/before.js` sets it before the first paint. */
export const themeNow = (): Theme => THEMES.find((theme) => theme === document.documentElement.dataset["theme"]) ?? "system";

/** System, light, dark, and round again; kept in this browser. */
export function nextTheme(): Theme {
  const next = THEMES[(THEMES.indexOf(themeNow()) + 1) % THEMES.length] ?? "system";
  document.documentElement.dataset["theme"] = next;
  localStorage.setItem("bulkhead.theme", next);
  window.dispatchEvent(new Event("bulkhead:theme"));
  return next;
}
