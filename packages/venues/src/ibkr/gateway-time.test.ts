import { type Zone, zoneOf } from "@bulkhead/market";
import { expect, test } from "vitest";
import { gatewayZone, parseGatewayTime, sinceText, utcText } from "./gateway-time.ts";

const zone = (id: string): Zone => {
  const found = zoneOf(id);
  if (found === undefined) throw new Error(id);
  return found;
};
const newYork = zone("America/New_York");

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["20250415  19:38:31",                                    "2025-04-15T23:38:31.000Z", true],
  ["20260413 15:27:04 US/Eastern",                          "2026-04-13T19:27:04.000Z", false],
  ["20260413 15:27:04 America/New_York",                    "2026-04-13T19:27:04.000Z", false],
  ["20260413 15:27:04 EST",                                 "2026-04-13T19:27:04.000Z", false],
  ["20260113 15:27:04 EST",                                 "2026-01-13T20:27:04.000Z", false],
  ["20260413-19:27:04",                                     "2026-04-13T19:27:04.000Z", false],
  ["20260413 21:27:03 Central European Standard Time",      "2026-04-13T19:27:03.000Z", false],
  ["20260413 15:27:04 Nowhere/Land",                        "2026-04-13T19:27:04.000Z", true],
  ["1776108424",                                            "2026-04-13T19:27:04.000Z", false],
])("[IBKR-44] %s", (text, at, guessed) => {
  const told = parseGatewayTime(text, newYork);
  expect(new Date(told?.at ?? 0).toISOString()).toBe(at);
  expect(told?.guessed).toBe(guessed);
});

test.each(["", "yesterday", "20261345 10:00:00", "2026-04-13 15:27:04", "20260413 25:00:00"])("[IBKR-44] %s is no time", (text) => {
  expect(parseGatewayTime(text, newYork)).toBeUndefined();
});

test("[IBKR-44] the wall time that clocks show twice is taken as the earlier, the skipped one moved on", () => {
  const at = (text: string): string => new Date(parseGatewayTime(text, newYork)?.at ?? 0).toISOString();
  expect(at("20261101  01:30:00")).toBe("2026-11-01T05:30:00.000Z");
  expect(at("20260308  02:30:00")).toBe("2026-03-08T07:30:00.000Z");
});

test("[IBKR-52] executions are asked for since the earlier of both readings of a time without a zone", () => {
  const at = Date.UTC(2026, 9, 20, 15, 0, 0);
  expect(sinceText(at, newYork)).toBe("20261020-11:00:00");
  expect(sinceText(at, zone("Asia/Tokyo"))).toBe("20261020-15:00:00");
  expect(utcText(at)).toBe("20261020-15:00:00");
});

test("[IBKR-44] names of Windows are zones too", () => {
  expect(gatewayZone("W. Europe Standard Time")?.id).toBe("Europe/Berlin");
  expect(gatewayZone("Middle-earth Time")).toBeUndefined();
});
