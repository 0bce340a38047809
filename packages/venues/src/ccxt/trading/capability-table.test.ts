import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { capabilityTable } from "./capability-table.ts";
import { EXCHANGES, profileOf, refusedExchange } from "./exchanges.ts";
import { capabilitiesOf } from "./profile.ts";

const DOCUMENT = new URL("../../../../../docs/venues/ccxt.md", import.meta.url);
const [FROM, TO] = ["<!-- capabilities -->\n", "<!-- /capabilities -->"];

test("[CCXT-60] the document says what the exchanges can do (written by BULKHEAD_WRITE=1)", () => {
  const text = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, "utf8") : "";
  const table = capabilityTable([...EXCHANGES, { ...profileOf("another"), name: "any other" }]);
  const [before = "", rest = ""] = text.split(FROM);
  const [said = "", after = ""] = rest.split(TO);
  if (process.env["BULKHEAD_WRITE"] === "1") writeFileSync(DOCUMENT, `${before}${FROM}\n${table}\n${TO}${after}`);
  else expect(said.trim()).toBe(table.trim());
});

test("[CCXT-60] an exchange that nobody looked at is trusted with nothing", () => {
  const plain = profileOf("nobody");
  expect(capabilitiesOf(plain, ["spot"])).toMatchObject({
    orderTypes: ["market", "limit"],
    nativeStops: false,
    dedupesForMs: 0,
    replaces: "no",
  });
  expect(plain.refusals).toEqual([]);
});

test("[CCXT-60] what holds is what holds in every kind of market that is traded", () => {
  const binance = profileOf("binance");
  expect(capabilitiesOf(binance, ["spot"])).toMatchObject({ orderTypes: ["market", "limit", "stop", "stop_limit"], nativeStops: true });
  expect(capabilitiesOf(binance, ["spot", "linear"])).toMatchObject({ orderTypes: ["market", "limit"], nativeStops: false });
});

test("[CCXT-60] exchanges with an adapter of their own are refused by name", () => {
  expect(refusedExchange("hyperliquid")).toContain("builder");
  expect(refusedExchange("binance")).toBeUndefined();
});
