import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { redactor } from "./redacted.ts";

const KEYS = { apiKey: "CANARYkey7pQ2", secret: 'CANARY+secret/9x=Z"q', password: "CANARYword" };
const redact = redactor(KEYS);

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["binance GET https://api.binance.com/api/v3/order?symbol=BTCUSDT&signature=ab12 request timed out", "binance GET https://api.binance.com/api/v3/order?‹…› request timed out"],
  ["apiKey=abc&signature=deadbeef and more",                                                          "apiKey=‹…›&signature=‹…› and more"],
  [`key ${KEYS.apiKey} is wrong`,                                                                     "key ‹key› is wrong"],
  [`{"passphrase":"${KEYS.password}"}`,                                                               '{"passphrase":‹…›}'],
  [`q=${encodeURIComponent(KEYS.secret)}`,                                                            "q=‹key›"],
  ["two\n  lines",                                                                                    "two lines"],
])("[CCXT-45] %s", (said, plain) => expect(redact(said)).toBe(plain));

test("[CCXT-45] K5: wherever a key stands in a text, it does not leave with it", () => {
  const secret = fc.constantFrom(...Object.values(KEYS), ...Object.values(KEYS).map(encodeURIComponent));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), secret), { maxLength: 8 }), (parts) => {
      const said = redact(parts.join(""));
      for (const each of Object.values(KEYS)) expect(said).not.toContain(each);
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
