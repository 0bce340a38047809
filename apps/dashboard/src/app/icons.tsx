import type { ReactNode } from "react";

const PATHS: Readonly<Record<string, string>> = {
  "/": "M3 20h18M5 20V9m4.7 11V4m4.6 16v-8M19 20V7",
  "/positions": "M4 6h16M4 12h10M4 18h13",
  "/trades": "M7 4v16m0 0-3-3m3 3 3-3M17 20V4m0 0-3 3m3-3 3 3",
  "/capital": "M4 12a8 8 0 1 0 8-8v8z",
  "/reconcile": "M12 4v16M5 20h14M6 8h12M6 8l-3 6h6zm12 0-3 6h6z",
  "/strategies": "M4 18c4 0 4-12 8-12s4 12 8 12",
  "/activity": "M3 12h4l3-8 4 16 3-8h4",
  "/settings": "M4 8h10m4 0h2M4 16h2m4 0h10M16 5v6M8 13v6",
  view: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zm10-3a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
};

/** The picture of a page beside its name. */
export const Icon = ({ of }: Readonly<{ of: string }>): ReactNode => (
  <svg
    viewBox="0 0 24 24"
    className="size-5 shrink-0"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.7"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
  >
    <path d={PATHS[of] ?? ""} />
  </svg>
);
