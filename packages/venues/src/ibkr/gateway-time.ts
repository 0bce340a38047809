import { type Zone, zoneOf } from "@bulkhead/market";

/** An instant that the gateway wrote, ms UTC; `guessed` where its zone was not written, or is none that we know. */
export type GatewayTime = Readonly<{ at: number; guessed: boolean }>;

const STAMP = /^(\d{4})(\d{2})(\d{2})(-| {1,2})(\d{2}):(\d{2})(?::(\d{2}))?(?: (\S.*))?$/;

/**
 * `20250415  19:38:31` (of old servers, in the gateway's zone), `20260413 15:27:04 US/Eastern`, `20260413-19:27:04` (UTC), or seconds
 * since 1970. `home` is the zone that the gateway is set to. Undefined for anything else.
 */
export function parseGatewayTime(text: string, home: Zone): GatewayTime | undefined {
  if (/^\d{9,11}$/.test(text)) return { at: Number(text) * 1_000, guessed: false };
  const match = STAMP.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 5, 6, 7].map((i) => Number(match[i] ?? 0)) as [number, ...number[]];
  const wall = Date.UTC(year, (month ?? 1) - 1, day, hour, minute, second);
  if (Number.isNaN(wall) || (month ?? 0) > 12 || (hour ?? 0) > 23) return undefined;
  if (match[4] === "-") return { at: wall, guessed: false };
  const named = match[8] === undefined ? undefined : gatewayZone(match[8]);
  return { at: (named ?? home).instantOf(wall), guessed: named === undefined };
}

/** The zone that the gateway means by a name: IANA, an abbreviation, or what Windows calls it. */
export function gatewayZone(name: string): Zone | undefined {
  return zoneOf(ALIASES[name] ?? name);
}

/** `yyyymmdd-hh:mm:ss`, which newer gateways read as UTC and older ones in their own zone: the earlier of both, so that nothing is left out. */
export function sinceText(at: number, home: Zone): string {
  return stamp(at + Math.min(0, home.offsetAt(at)));
}

/** `yyyymmdd-hh:mm:ss` in UTC: the end of an order. */
export const utcText = (at: number): string => stamp(at);

function stamp(wall: number): string {
  const iso = new Date(wall).toISOString();
  return `${iso.slice(0, 10).replaceAll("-", "")}-${iso.slice(11, 19)}`;
}

const ALIASES: Readonly<Record<string, string>> = {
  EST: "America/New_York",
  EDT: "America/New_York",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  MST: "America/Denver",
  MDT: "America/Denver",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  BST: "Europe/London",
  MET: "Europe/Berlin",
  CET: "Europe/Berlin",
  CEST: "Europe/Berlin",
  EET: "Europe/Helsinki",
  EEST: "Europe/Helsinki",
  JST: "Asia/Tokyo",
  HKT: "Asia/Hong_Kong",
  GMT: "UTC",
  "Coordinated Universal Time": "UTC",
  "Greenwich Mean Time": "UTC",
  "GMT Standard Time": "Europe/London",
  "Eastern Standard Time": "America/New_York",
  "Central Standard Time": "America/Chicago",
  "Mountain Standard Time": "America/Denver",
  "Pacific Standard Time": "America/Los_Angeles",
  "W. Europe Standard Time": "Europe/Berlin",
  "Romance Standard Time": "Europe/Paris",
  "Central Europe Standard Time": "Europe/Budapest",
  "Central European Standard Time": "Europe/Warsaw",
  "FLE Standard Time": "Europe/Helsinki",
  "Tokyo Standard Time": "Asia/Tokyo",
  "China Standard Time": "Asia/Shanghai",
  "Singapore Standard Time": "Asia/Singapore",
  "India Standard Time": "Asia/Kolkata",
  "AUS Eastern Standard Time": "Australia/Sydney",
};
