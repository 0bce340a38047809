import type { KeyObject } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readJsonFile, writeJsonFile } from "@bulkhead/store";
import { type Envelope, openEnvelope, sealEnvelope } from "./envelope.ts";
import {
  type KeyPlace,
  keyCheck,
  keyPlace,
  newKey,
  newStretching,
  passphraseCredential,
  readKeys,
  type Stretching,
  stretched,
  writeKeys,
} from "./key-file.ts";
import { SecretsProblem } from "./problem.ts";
import { Secret } from "./secret.ts";

const FORMAT = 1;
const ID = /^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/;

/** What is known of a secret without opening it. */
export type SecretEntry = Readonly<{ id: string; version: number; changedAt: number }>;

/** The secrets of a desk, each encrypted in its data folder. Ids are lower case words: `ntfy-token`, `alpaca.key`. */
export type Secrets = Readonly<{
  /** Undefined: there is none of that id. */
  get(id: string): Secret | undefined;
  list(): readonly SecretEntry[];
  /** Durable on return; the version before is gone. */
  put(id: string, secret: Secret): void;
  remove(id: string): boolean;
  /** Every secret under a new key; with a passphrase, under that from now on. The old key opens nothing any more. */
  rotate(passphrase?: Secret): void;
}>;

export type SecretsOptions = Readonly<{
  /** The data folder, held by this process. */
  folder: string;
  /** `CREDENTIALS_DIRECTORY` and `BULKHEAD_KEY_FILE` are looked at. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Asked where the secrets are under a passphrase that no credential holds. */
  passphrase?: (() => Secret | undefined) | undefined;
  now?: () => number;
}>;

type Kept = Readonly<{
  format: number;
  key: Readonly<{ check: string; stretching: Stretching | null }>;
  secrets: Readonly<Record<string, Envelope & Readonly<{ changedAt: number }>>>;
}>;

/** Opens the secrets of a data folder; makes nothing before the first one is put. Throws `SecretsProblem`. */
export function openSecrets(options: SecretsOptions): Secrets {
  return new KeptSecrets(options);
}

/** Secrets that end with the process: of a desk without a folder. */
export function memorySecrets(): Secrets {
  const held = new Map<string, Readonly<{ secret: Secret; version: number }>>();
  return {
    get: (id) => held.get(id)?.secret,
    list: () => [...held].map(([id, { version }]) => ({ id, version, changedAt: 0 })),
    put: (id, secret) => void held.set(id, { secret, version: (held.get(id)?.version ?? 0) + 1 }),
    remove: (id) => held.delete(id),
    rotate: () => undefined,
  };
}

class KeptSecrets implements Secrets {
  readonly #options: SecretsOptions;
  readonly #path: string;
  readonly #place: KeyPlace;
  #kept: Kept | undefined;
  #key: KeyObject | undefined;

  constructor(options: SecretsOptions) {
    this.#options = options;
    this.#path = join(options.folder, "secrets.json");
    this.#place = keyPlace(options.folder, options.environment);
    this.#kept = readKept(this.#path);
    if (this.#kept !== undefined) this.#key = this.#unlock(this.#kept);
  }

  get(id: string): Secret | undefined {
    const envelope = own(this.#kept?.secrets, id);
    if (envelope === undefined || this.#key === undefined) return undefined;
    const value = openEnvelope(this.#key, id, envelope);
    if (value === undefined) throw new SecretsProblem("SECRETS_DAMAGED", { place: this.#path });
    return new Secret(value);
  }

  list(): readonly SecretEntry[] {
    return Object.entries(this.#kept?.secrets ?? {})
      .map(([id, { version, changedAt }]) => ({ id, version, changedAt }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  put(id: string, secret: Secret): void {
    if (!ID.test(id)) throw new SecretsProblem("SECRET_ID_INVALID", { secret: id.slice(0, 80) });
    const { key, kept } = this.#ready();
    const version = (own(kept.secrets, id)?.version ?? 0) + 1;
    const sealed = { ...sealEnvelope(key, id, version, secret.expose()), changedAt: this.#now() };
    this.#write({ ...kept, secrets: { ...kept.secrets, [id]: sealed } });
  }

  remove(id: string): boolean {
    if (this.#kept === undefined || own(this.#kept.secrets, id) === undefined) return false;
    const { [id]: _, ...secrets } = this.#kept.secrets;
    this.#write({ ...this.#kept, secrets });
    return true;
  }

  /** Crash-safe: while both keys stand in the file, either state of the secrets opens. */
  rotate(passphrase?: Secret): void {
    const { key: before, kept } = this.#ready();
    const stretching = passphrase === undefined ? null : newStretching();
    const key = passphrase === undefined || stretching === null ? newKey() : stretched(passphrase, stretching);
    const isFile = stretching === null;
    if (isFile && !this.#place.owned) throw new SecretsProblem("SECRETS_KEY_MISSING", { place: `a new first line of ${this.#place.path}` });
    if (isFile) writeKeys(this.#place.path, kept.key.stretching === null ? [key, before] : [key]);
    this.#reseal(kept, before, key, stretching);
    if (isFile) writeKeys(this.#place.path, [key]);
    else if (kept.key.stretching === null && this.#place.owned) rmSync(this.#place.path, { force: true });
  }

  #reseal(kept: Kept, before: KeyObject, key: KeyObject, stretching: Stretching | null): void {
    const secrets = Object.entries(kept.secrets).map(([id, envelope]) => {
      const value = openEnvelope(before, id, envelope);
      if (value === undefined) throw new SecretsProblem("SECRETS_DAMAGED", { place: this.#path });
      return [id, { ...sealEnvelope(key, id, envelope.version, value), changedAt: envelope.changedAt }] as const;
    });
    this.#key = key;
    this.#write({ format: FORMAT, key: { check: keyCheck(key), stretching }, secrets: Object.fromEntries(secrets) });
  }

  /** The key, and what is kept under it; both begin here where there is nothing yet. */
  #ready(): Readonly<{ key: KeyObject; kept: Kept }> {
    if (this.#key !== undefined && this.#kept !== undefined) return { key: this.#key, kept: this.#kept };
    const isNew = !existsSync(this.#place.path);
    if (isNew && this.#place.owned) writeKeys(this.#place.path, [newKey()]);
    const [key] = readKeys(this.#place);
    if (key === undefined) throw new SecretsProblem("SECRETS_KEY_MISSING", { place: this.#place.path });
    this.#key = key;
    this.#write({ format: FORMAT, key: { check: keyCheck(key), stretching: null }, secrets: {} });
    return this.#ready();
  }

  #unlock(kept: Kept): KeyObject {
    const { check, stretching } = kept.key;
    if (stretching !== null) return this.#fromPassphrase(check, stretching);
    const keys = readKeys(this.#place);
    const key = keys.find((each) => keyCheck(each) === check);
    if (key === undefined) throw new SecretsProblem("SECRETS_KEY_WRONG", { place: this.#place.path });
    const [newest] = keys;
    // A newer key in front takes over: a rotation that was cut off, or a credential that was changed.
    if (newest !== undefined && newest !== key) this.#reseal(kept, key, newest, null);
    if (this.#place.owned && keys.length > 1 && newest !== undefined) writeKeys(this.#place.path, [newest]);
    return newest ?? key;
  }

  #fromPassphrase(check: string, stretching: Stretching): KeyObject {
    const handed = passphraseCredential(this.#options.environment);
    const passphrase = handed === undefined ? this.#options.passphrase?.() : new Secret(handed);
    if (passphrase === undefined) throw new SecretsProblem("SECRETS_KEY_MISSING", { place: "the passphrase" });
    const key = stretched(passphrase, stretching);
    if (keyCheck(key) !== check) throw new SecretsProblem("SECRETS_KEY_WRONG", { place: "the passphrase" });
    return key;
  }

  #write(kept: Kept): void {
    writeJsonFile(this.#path, kept);
    this.#kept = kept;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

const own = <T>(map: Readonly<Record<string, T>> | undefined, id: string): T | undefined =>
  map !== undefined && Object.hasOwn(map, id) ? map[id] : undefined;

function readKept(path: string): Kept | undefined {
  const said = readJsonFile(path);
  if (said === "missing") return undefined;
  if (said === "unreadable") throw new SecretsProblem("SECRETS_DAMAGED", { place: path });
  if (Number(said["format"]) > FORMAT) throw new SecretsProblem("SECRETS_NEWER", { place: path });
  const { key, secrets } = said as Partial<Kept>;
  if (typeof key?.check !== "string" || typeof secrets !== "object" || secrets === null)
    throw new SecretsProblem("SECRETS_DAMAGED", { place: path });
  return said as unknown as Kept;
}
