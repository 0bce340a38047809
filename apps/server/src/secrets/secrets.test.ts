import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { Secret } from "./secret.ts";
import { openSecrets } from "./secrets.ts";

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-secrets-"));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const open = (folder: string, environment: Record<string, string> = {}, passphrase?: () => Secret | undefined) =>
  openSecrets({ folder, environment, passphrase, now: () => 5 });
const codeOf = (run: () => unknown): unknown => {
  try {
    run();
    return "none";
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe("a secret", () => {
  test("[SEC-20] shows itself to nobody, however it is printed, joined or kept", () => {
    const secret = new Secret("canary-1");
    const shown = [
      `${secret}`,
      String(secret),
      secret.toString(),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: [secret] }, { depth: 9 }),
    ];
    // biome-ignore lint/style/useTemplate: Joining is what is tried.
    shown.push("" + (secret as unknown as string), JSON.stringify(Object.entries(secret)), JSON.stringify(structuredClone({ ...secret })));
    expect(shown.filter((text) => text.includes("canary"))).toEqual([]);
    expect(shown[0]).toBe("[redacted]");
    expect(secret.expose()).toBe("canary-1");
  });
});

describe("secrets", () => {
  test("[SEC-21] come back as they were, in files for their owner only, and stand nowhere in plain", () => {
    const folder = newFolder();
    const secrets = open(folder);
    expect([secrets.get("ntfy-token"), existsSync(join(folder, "secrets.json")), existsSync(join(folder, "secrets.key"))]).toEqual([
      undefined,
      false,
      false,
    ]);
    secrets.put("ntfy-token", new Secret("canary-ntfy"));
    secrets.put("broker.key", new Secret("one"));
    secrets.put("broker.key", new Secret("canary-broker"));
    const again = open(folder);
    expect(again.get("ntfy-token")?.expose()).toBe("canary-ntfy");
    expect(again.get("broker.key")?.expose()).toBe("canary-broker");
    expect(again.list()).toEqual([
      { id: "broker.key", version: 2, changedAt: 5 },
      { id: "ntfy-token", version: 1, changedAt: 5 },
    ]);
    for (const name of ["secrets.json", "secrets.key"]) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/canary|Y2FuYXJ5/);
    }
    expect([again.remove("ntfy-token"), again.remove("ntfy-token"), again.get("ntfy-token")]).toEqual([true, false, undefined]);
  });

  test("[SEC-21] any text comes back, and the same text is never kept the same way twice", () => {
    const folder = newFolder();
    const secrets = open(folder);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        secrets.put("a", new Secret(text));
        secrets.put("b", new Secret(text));
        expect(open(folder).get("a")?.expose()).toBe(text);
        const kept = JSON.parse(readFileSync(join(folder, "secrets.json"), "utf8")) as {
          secrets: Record<string, { key: object; value: object }>;
        };
        expect(kept.secrets["a"]?.key).not.toEqual(kept.secrets["b"]?.key);
        expect(kept.secrets["a"]?.value).not.toEqual(kept.secrets["b"]?.value);
      }),
      { numRuns: runs(200), seed: seed() },
    );
  });

  test("[SEC-21] an envelope is bound to its id and version: moved, aged or changed in one bit it does not open", () => {
    const folder = newFolder();
    const secrets = open(folder);
    secrets.put("a", new Secret("canary"));
    secrets.put("b", new Secret("other"));
    const path = join(folder, "secrets.json");
    const kept = readFileSync(path, "utf8");
    type Kept = { secrets: Record<string, { version: number; key: { text: string }; value: { text: string; tag: string } }> };
    const damages: ((kept: Kept) => void)[] = [
      (all) => Object.assign(all.secrets, { b: all.secrets["a"] }),
      (all) => Object.assign(all.secrets["a"] ?? {}, { version: 2 }),
      ...(["text", "tag"] as const).map((part) => (all: Kept) => {
        const value = all.secrets["a"]?.value;
        if (value === undefined) return;
        const bytes = Buffer.from(value[part], "base64");
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        value[part] = bytes.toString("base64");
      }),
    ];
    for (const [index, damage] of damages.entries()) {
      const all = JSON.parse(kept) as Kept;
      damage(all);
      writeFileSync(path, JSON.stringify(all));
      const opened = open(folder);
      expect([index, codeOf(() => opened.get(index === 0 ? "b" : "a"))]).toEqual([index, "SECRETS_DAMAGED"]);
    }
  });

  test.each([
    ["the key is gone", (folder: string) => rmSync(join(folder, "secrets.key")), "SECRETS_KEY_MISSING"],
    [
      "another key",
      (folder: string) => writeFileSync(join(folder, "secrets.key"), `${Buffer.alloc(32, 7).toString("base64")}\n`),
      "SECRETS_KEY_WRONG",
    ],
    ["no key at all", (folder: string) => writeFileSync(join(folder, "secrets.key"), "hunter2\n"), "SECRETS_KEY_MALFORMED"],
    ["others can read it", (folder: string) => chmodSync(join(folder, "secrets.key"), 0o640), "SECRETS_KEY_EXPOSED"],
    ["not JSON", (folder: string) => writeFileSync(join(folder, "secrets.json"), "{"), "SECRETS_DAMAGED"],
    ["of a later version", (folder: string) => writeFileSync(join(folder, "secrets.json"), '{"format":2}'), "SECRETS_NEWER"],
  ] as const)("[SEC-22] %s: they do not open, and say why without a word of them", (_what, damage, code) => {
    const folder = newFolder();
    open(folder).put("a", new Secret("canary"));
    damage(folder);
    expect(codeOf(() => open(folder))).toBe(code);
  });

  test("[SEC-22] an id that could be a path or a field is refused", () => {
    const secrets = open(newFolder());
    for (const id of ["", "../x", "A", "__proto__", "a b", "x".repeat(65), "-a"])
      expect([id, codeOf(() => secrets.put(id, new Secret("x")))]).toEqual([id, "SECRET_ID_INVALID"]);
    expect(secrets.get("constructor")).toBeUndefined();
  });
});

describe("their key", () => {
  test("[SEC-23] a rotation puts every secret under a new key; the old one opens nothing, and a cut at any point loses nothing", () => {
    const folder = newFolder();
    const path = join(folder, "secrets.key");
    const secrets = open(folder);
    secrets.put("a", new Secret("canary"));
    const [oldKey, oldKept] = [readFileSync(path), readFileSync(join(folder, "secrets.json"))];
    secrets.rotate();
    const [newKey, newKept] = [readFileSync(path), readFileSync(join(folder, "secrets.json"))];
    expect(newKey.equals(oldKey)).toBe(false);
    expect([secrets.get("a")?.expose(), open(folder).get("a")?.expose()]).toEqual(["canary", "canary"]);
    writeFileSync(path, oldKey);
    expect(codeOf(() => open(folder))).toBe("SECRETS_KEY_WRONG");
    // Cut off before and after the secrets were written anew: both keys stand in the file.
    for (const kept of [oldKept, newKept]) {
      writeFileSync(path, Buffer.concat([newKey, oldKey]));
      writeFileSync(join(folder, "secrets.json"), kept);
      expect(open(folder).get("a")?.expose()).toBe("canary");
      expect(readFileSync(path).equals(newKey)).toBe(true);
    }
  });

  test("[SEC-23] a service manager's credential is used before any file, and a newer one in front takes over", () => {
    const folder = newFolder();
    const credentials = newFolder();
    const environment = { CREDENTIALS_DIRECTORY: credentials };
    const [one, two] = [1, 2].map((byte) => `${Buffer.alloc(32, byte).toString("base64")}\n`) as [string, string];
    writeFileSync(join(credentials, "bulkhead-key"), one);
    open(folder, environment).put("a", new Secret("canary"));
    expect(existsSync(join(folder, "secrets.key"))).toBe(false);
    writeFileSync(join(credentials, "bulkhead-key"), two + one);
    expect(open(folder, environment).get("a")?.expose()).toBe("canary");
    writeFileSync(join(credentials, "bulkhead-key"), two);
    expect(open(folder, environment).get("a")?.expose()).toBe("canary");
    writeFileSync(join(credentials, "bulkhead-key"), one);
    expect(codeOf(() => open(folder, environment))).toBe("SECRETS_KEY_WRONG");
  });

  test("[SEC-23] under a passphrase there is no key on the disk; only the passphrase opens them", () => {
    const folder = newFolder();
    const secrets = open(folder);
    secrets.put("a", new Secret("canary"));
    secrets.rotate(new Secret("a long passphrase"));
    expect(existsSync(join(folder, "secrets.key"))).toBe(false);
    expect(
      open(folder, {}, () => new Secret("a long passphrase"))
        .get("a")
        ?.expose(),
    ).toBe("canary");
    expect(codeOf(() => open(folder, {}, () => new Secret("a wrong passphrase")))).toBe("SECRETS_KEY_WRONG");
    expect(codeOf(() => open(folder))).toBe("SECRETS_KEY_MISSING");
    const credentials = newFolder();
    writeFileSync(join(credentials, "bulkhead-passphrase"), "a long passphrase\n");
    const handed = open(folder, { CREDENTIALS_DIRECTORY: credentials });
    handed.rotate();
    expect([existsSync(join(folder, "secrets.key")), open(folder).get("a")?.expose()]).toEqual([true, "canary"]);
  });
});
