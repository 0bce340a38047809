import { argon2Sync, createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SecretsProblem } from "./problem.ts";
import type { Secret } from "./secret.ts";

/** Names of the credentials that a service manager may hand over (systemd `LoadCredentialEncrypted=`). */
const KEY_CREDENTIAL = "bulkhead-key";
const PASSPHRASE_CREDENTIAL = "bulkhead-passphrase";
const KEY_LINE = /^[A-Za-z0-9+/]{43}=$/;

type Environment = Readonly<Record<string, string | undefined>>;
/** `owned`: the desk's own file, which it makes, checks and changes. */
export type KeyPlace = Readonly<{ path: string; owned: boolean }>;

/** Where the key-encryption key is kept: handed over by the service manager, or a file for its owner only. */
export function keyPlace(folder: string, environment: Environment): KeyPlace {
  const credential = credentialPath(environment, KEY_CREDENTIAL);
  if (credential !== undefined) return { path: credential, owned: false };
  const named = environment["BULKHEAD_KEY_FILE"];
  return { path: named === undefined || named === "" ? join(folder, "secrets.key") : named, owned: true };
}

/** The passphrase that a service manager handed over. */
export function passphraseCredential(environment: Environment): string | undefined {
  const path = credentialPath(environment, PASSPHRASE_CREDENTIAL);
  return path === undefined ? undefined : readFileSync(path, "utf8").replace(/\r?\n$/, "");
}

/** Keys of a file, newest first, base64 line by line: more than one only while the newest takes over. */
export function readKeys({ path, owned }: KeyPlace): readonly KeyObject[] {
  if (!existsSync(path)) throw new SecretsProblem("SECRETS_KEY_MISSING", { place: path });
  if (owned && process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
    throw new SecretsProblem("SECRETS_KEY_EXPOSED", { place: path });
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length === 0 || !lines.every((line) => KEY_LINE.test(line))) throw new SecretsProblem("SECRETS_KEY_MALFORMED", { place: path });
  return lines.map((line) => createSecretKey(Buffer.from(line, "base64")));
}

export const newKey = (): KeyObject => createSecretKey(randomBytes(32));

/** Writes keys whole or not at all, durable on return, mode 0600. */
export function writeKeys(path: string, keys: readonly KeyObject[]): void {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  const file = openSync(unfinished, "wx", 0o600);
  try {
    writeSync(file, keys.map((key) => `${key.export().toString("base64")}\n`).join(""));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  chmodSync(path, 0o600);
}

/** How a passphrase becomes a key (argon2id, RFC 9106). */
export type Stretching = Readonly<{ salt: string; memory: number; passes: number }>;

export const newStretching = (): Stretching => ({ salt: randomBytes(16).toString("base64"), memory: 65_536, passes: 3 });

export function stretched(passphrase: Secret, { salt, memory, passes }: Stretching): KeyObject {
  const message = passphrase.expose().normalize("NFKC");
  const nonce = Buffer.from(salt, "base64");
  return createSecretKey(argon2Sync("argon2id", { message, nonce, memory, passes, parallelism: 1, tagLength: 32 }));
}

/** Tells one key from another without telling anything of either. */
export const keyCheck = (key: KeyObject): string => createHmac("sha256", key).update("bulkhead key check").digest("base64").slice(0, 16);

function credentialPath(environment: Environment, name: string): string | undefined {
  const folder = environment["CREDENTIALS_DIRECTORY"];
  if (folder === undefined || folder === "") return undefined;
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
}
