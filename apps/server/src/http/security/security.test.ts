import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { HttpFailure } from "../failure.ts";
import { clientAddress, isAddressRange, isWithin, networkOf } from "./addresses.ts";
import { Attempts } from "./attempts.ts";
import { commonPasswords, isCommon } from "./common-passwords.ts";
import { sessionCookie, tokenOf } from "./cookie.ts";
import { namesOf } from "./guard.ts";
import { checkPassword, hashPassword, isPassword } from "./passwords.ts";
import { newTotpKey, totpAddress, totpCode, totpStep } from "./totp.ts";

const codeOf = (run: () => unknown): unknown => {
  try {
    run();
    return "fine";
  } catch (error) {
    return error instanceof HttpFailure ? error.code : error;
  }
};

describe("passwords", () => {
  test("[SEC-12] what everybody tries first is refused, in any dress; what nobody else has is taken", () => {
    expect(commonPasswords().size).toBeGreaterThan(3_000);
    expect([...commonPasswords()].every((each) => isCommon(each))).toBe(true);
    for (const [password, code] of [
      ["short", "PASSWORD_TOO_SHORT"],
      ["elevenchars", "PASSWORD_TOO_SHORT"],
      ["😀😀😀😀😀😀", "PASSWORD_TOO_SHORT"],
      ["x".repeat(257), "PASSWORD_TOO_LONG"],
      ["password1234", "PASSWORD_COMMON"],
      ["P@ssw0rd1234", "PASSWORD_COMMON"],
      ["PASSWORD2026!", "PASSWORD_COMMON"],
      ["passwordpassword", "PASSWORD_COMMON"],
      ["qwertyuiop12", "PASSWORD_COMMON"],
      ["123456789012", "PASSWORD_COMMON"],
      ["aaaaaaaaaaaaa", "PASSWORD_COMMON"],
      ["abcabcabcabc", "PASSWORD_COMMON"],
      ["zxcvbnmzxcvbnm", "PASSWORD_COMMON"],
      ["bulkheadada1", "PASSWORD_COMMON"],
      ["adalovelace-adalovelace", "PASSWORD_COMMON"],
      ["correcthorsebatterystaple", "PASSWORD_COMMON"],
      ["four plain words, and a comma", "fine"],
      ["tr0ub4dor&3xyz", "fine"],
      ["ñandúes en la pampa", "fine"],
      ["1qaz2wsx3edc", "PASSWORD_COMMON"],
    ] as const)
      expect([password, codeOf(() => checkPassword(password, "adalovelace"))]).toEqual([password, code]);
  });

  test("[SEC-12] are kept as argon2id with 19 MiB and two passes, each with its own salt; one bit off is wrong", async () => {
    const [one, two] = [await hashPassword("a long sentence"), await hashPassword("a long sentence")];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    const told = [
      await isPassword("a long sentence", one),
      await isPassword("a long sentencE", one),
      await isPassword("a long sentence", undefined),
      await isPassword("a long sentence", "$argon2id$v=19$m=8,t=1,p=1$AAAA$"),
      // The same letters, written in another form of Unicode.
      await isPassword("cafe\u0301 au lait!!", await hashPassword("caf\u00e9 au lait!!")),
    ];
    expect(told).toEqual([true, false, false, false, true]);
  });
});

describe("authenticators", () => {
  /** RFC 6238, appendix B, the last six digits, for the key "12345678901234567890". */
  const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

  test.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ] as const)("[SEC-18] at %i s the code is %s, as RFC 6238 says", (seconds, code) => {
    expect(totpCode(KEY, Math.floor(seconds / 30))).toBe(code);
  });

  test("[SEC-18] a code is good one step early and late, and once", () => {
    const now = 1_800_000_000_000;
    const step = now / 30_000;
    const good = [-2, -1, 0, 1, 2].map((off) => totpStep(KEY, totpCode(KEY, step + off), now, 0) === step + off);
    expect(good).toEqual([false, true, true, true, false]);
    expect(totpStep(KEY, totpCode(KEY, step), now, step)).toBeUndefined();
    expect(totpStep(KEY, totpCode(KEY, step - 1), now, step)).toBeUndefined();
    expect(totpStep(KEY, totpCode(KEY, step + 1), now, step)).toBe(step + 1);
    expect(["", "1", "abcdef", "1234567", " 12345"].map((code) => totpStep(KEY, code, now, 0))).toEqual(Array(5).fill(undefined));
    expect(newTotpKey()).toMatch(/^[A-Z2-7]{32}$/);
    expect(totpAddress(KEY, "ada", "desk:5000")).toBe(
      `otpauth://totp/Bulkhead%20desk%3A5000%3Aada?secret=${KEY}&issuer=Bulkhead&algorithm=SHA1&digits=6&period=30`,
    );
  });
});

describe("addresses", () => {
  test.each([
    ["10.1.2.3", ["10.0.0.0/8"], true],
    ["::ffff:10.1.2.3", ["10.0.0.0/8"], true],
    ["11.1.2.3", ["10.0.0.0/8"], false],
    ["2001:db8:1::5", ["2001:db8::/32"], true],
    ["fe80::1%eth0", ["fe80::/10"], true],
    ["127.0.0.1", ["127.0.0.1"], true],
    ["127.0.0.2", ["127.0.0.1"], false],
    ["not an address", ["0.0.0.0/0"], false],
    ["", ["0.0.0.0/0"], false],
    ["10.0.0.1", ["evil", "10.0.0.0/99"], false],
  ] as const)("[SEC-19] %s in %j: %s", (address, ranges, expected) => {
    expect(isWithin(address, ranges)).toBe(expected);
  });

  test("[SEC-19] no text makes a range that the list cannot take", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), fc.nat(200), (base, bits) => {
        for (const range of [base, `${base}/${bits}`]) isWithin("10.0.0.1", isAddressRange(range) ? [range] : []);
      }),
      { numRuns: runs(500), seed: seed() },
    );
  });

  test.each([
    ["no proxy: what is sent is not believed", "198.51.100.1", "10.9.9.9", [], "198.51.100.1"],
    ["the proxy's entry", "10.0.0.2", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"],
    ["what the sender put before it", "10.0.0.2", "127.0.0.1, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"],
    ["two proxies in a row", "10.0.0.2", "1.1.1.1, 198.51.100.1, 10.0.0.3", ["10.0.0.0/8"], "198.51.100.1"],
    ["somebody who goes around the proxy", "198.51.100.1", "10.0.0.7", ["10.0.0.0/8"], "198.51.100.1"],
    ["nonsense", "10.0.0.2", "unknown", ["10.0.0.0/8"], "10.0.0.2"],
  ] as const)("[SEC-27] where it comes from: %s", (_what, peer, forwarded, proxies, expected) => {
    expect(clientAddress(peer, forwarded, proxies)).toBe(expected);
  });

  test("[SEC-13] a house with a whole IPv6 network is one guesser", () => {
    expect(new Set(["2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::"].map(networkOf)).size).toBe(1);
    expect(networkOf("2001:db8:1:3::1")).not.toBe(networkOf("2001:db8:1:2::1"));
    expect(networkOf("::1")).toBe("0:0:0:0");
    expect(networkOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
  });
});

describe("tries", () => {
  test("[SEC-13] the wait doubles up to four hours, and a try that was won forgets them", () => {
    let now = 0;
    const attempts = new Attempts(() => now);
    const waits: unknown[] = [];
    for (let round = 0; round < 7; round++) {
      for (let i = 0; i < 5; i++) attempts.begin("ada", "192.0.2.1");
      const told = (() => {
        try {
          attempts.begin("ada", "192.0.2.1");
          return 0;
        } catch (error) {
          return error instanceof HttpFailure ? Number(error.params["seconds"]) : 0;
        }
      })();
      waits.push(told / 60);
      now += told * 1_000;
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 240, 240]);
    attempts.begin("ada", "192.0.2.1").won();
    for (let i = 0; i < 5; i++) attempts.begin("ada", "192.0.2.1");
    expect(codeOf(() => attempts.begin("ada", "192.0.2.1"))).toBe("RATE_LIMITED");
    expect(codeOf(() => attempts.begin("bob", "192.0.2.1"))).toBe("fine");
    expect(codeOf(() => attempts.begin("ada", "192.0.2.2"))).toBe("fine");
  });
});

describe("names and cookies", () => {
  test("[SEC-1, SEC-25] with TLS a name is known with the port too, and origins are https", () => {
    const names = namesOf(5000, { hosts: ["Desk.example", "other.example:8443"], tls: true, own: "192.0.2.5" });
    expect([...names.hosts]).toEqual([
      "127.0.0.1:5000",
      "localhost:5000",
      "[::1]:5000",
      "192.0.2.5:5000",
      "desk.example",
      "desk.example:5000",
      "other.example:8443",
    ]);
    expect([...names.origins].every((origin) => origin.startsWith("https://"))).toBe(true);
    expect(namesOf(5000, { own: "fd00::1" }).hosts.has("[fd00::1]:5000")).toBe(true);
    expect(namesOf(443, { tls: true }).hosts.has("localhost")).toBe(true);
  });

  test("[SEC-14] the cookie is __Host- and Secure with TLS; two of a name are none", () => {
    const token = "A".repeat(43);
    expect(sessionCookie(token, true, 1_000)).toBe(`__Host-bulkhead=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=1; Secure`);
    expect(tokenOf(`a=b; __Host-bulkhead=${token}; c`, true)).toBe(token);
    expect(tokenOf(`bulkhead=${token}`, true)).toBeUndefined();
    expect(tokenOf(`bulkhead=${token}; bulkhead=${token}`, false)).toBeUndefined();
    expect(tokenOf("bulkhead=x", false)).toBeUndefined();
    expect(tokenOf(undefined, false)).toBeUndefined();
  });
});
