/** The rooms that are built, and which of them each may import: the table of the design, as the walls must enforce it. */
export const rooms: readonly Room[] = [
  { name: "money", path: "packages/money", imports: [] },
  { name: "core", path: "packages/core", imports: ["money"] },
  { name: "contract", path: "packages/contract", imports: ["core", "money"], coreTypesOnly: true },
  { name: "store", path: "packages/store", imports: ["core", "money"] },
  { name: "market", path: "packages/market", imports: ["core", "money"], coreTypesOnly: true },
  { name: "strategies", path: "packages/strategies", imports: ["market", "money"] },
  { name: "host", path: "packages/host", imports: ["core", "market", "money", "strategies"] },
  { name: "sim", path: "packages/sim", imports: ["core", "market", "money"] },
  { name: "venues", path: "packages/venues", imports: ["core", "market", "money"], coreTypesOnly: true },
  { name: "tws-gateway", path: "packages/tws-gateway", imports: [] },
  { name: "analytics", path: "packages/analytics", imports: ["core", "money"], coreTypesOnly: true },
  {
    name: "cli",
    path: "apps/cli",
    imports: ["analytics", "contract", "core", "host", "market", "money", "sim", "store", "strategies", "tws-gateway"],
  },
  {
    name: "server",
    path: "apps/server",
    imports: ["analytics", "contract", "core", "host", "market", "money", "sim", "store", "strategies", "venues"],
  },
  { name: "dashboard", path: "apps/dashboard", imports: ["contract"] },
];

export type Room = Readonly<{ name: string; path: string; imports: readonly string[]; coreTypesOnly?: boolean }>;

/** The nouns of core in their order: each imports only what stands left of it. */
export const nouns = [
  "instrument",
  "ledger",
  "lots",
  "order",
  "protection",
  "portfolio",
  "risk",
  "routing",
  "reconcile",
  "engine",
] as const;
