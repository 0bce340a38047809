/** The pages, in the order of the navigation and of the palette. `chord`: the key after `g`. */
export const PAGES = [
  { to: "/", label: "Portfolios", chord: "a", phone: true },
  { to: "/positions", label: "Positions", chord: "o", phone: true },
  { to: "/trades", label: "Trades", chord: "t", phone: true },
  { to: "/capital", label: "Capital", chord: "c", phone: false },
  { to: "/reconcile", label: "Reconcile", chord: "r", phone: false },
  { to: "/strategies", label: "Strategies", chord: "s", phone: false },
  { to: "/activity", label: "Activity", chord: "l", phone: true },
  { to: "/settings", label: "Settings", chord: "e", phone: false },
] as const;

export type PagePath = (typeof PAGES)[number]["to"];
