import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Action } from "@bulkhead/contract";
import type { AccountId, PortfolioId } from "@bulkhead/core";
import type { EdgeStore, StoredKey } from "../edge-store.ts";
import { isWithin } from "./addresses.ts";
import type { Principal } from "./principal.ts";

const SECRET = /^bh_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();
const DAY_MS = 86_400_000;
/** A key's last use is written at most this often. */
const USED_EVERY_MS = 60_000;

export type KeyWish = Readonly<{
  name: string;
  accountId: AccountId;
  portfolios: "*" | readonly PortfolioId[];
  actions: readonly Action[];
  /** Addresses and networks that it may be used from; empty: any. */
  addresses?: readonly string[];
  expiresInDays: number;
}>;
/** What of a key may be changed. */
export type KeyChange = Partial<Pick<KeyWish, "name" | "portfolios" | "actions" | "addresses">>;

/** Scoped API keys: `bh_<id>_<256-bit secret>`, of which only the SHA-256 is kept. Held in memory; every change is written first. */
export class ApiKeys {
  readonly #store: EdgeStore;
  readonly #now: () => number;
  readonly #keys = new Map<string, StoredKey>();
  readonly #onChange = new Set<(principalId: string, what: "revoked" | "changed") => void>();

  constructor(store: EdgeStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    for (const key of store.keys()) this.#keys.set(key.keyId, key);
  }

  list(): readonly StoredKey[] {
    return [...this.#keys.values()];
  }

  /** Makes a key; its secret is shown this once. */
  create(wish: KeyWish): Readonly<{ key: StoredKey; secret: string }> {
    const keyId = randomBytes(8).toString("hex");
    const secret = `bh_${keyId}_${randomBytes(32).toString("base64url")}`;
    const createdAt = this.#now();
    const key: StoredKey = {
      keyId,
      name: wish.name,
      secretHash: hashOf(secret).toString("hex"),
      accountId: wish.accountId,
      portfolios: wish.portfolios,
      actions: wish.actions,
      addresses: wish.addresses ?? [],
      createdAt,
      expiresAt: createdAt + wish.expiresInDays * DAY_MS,
      lastUsedAt: null,
      revokedAt: null,
    };
    this.#store.addKey(key);
    this.#keys.set(keyId, key);
    return { key, secret };
  }

  /** Ends a key at once, its open sockets included. False where there is none. */
  revoke(keyId: string): boolean {
    const key = this.#keys.get(keyId);
    if (key === undefined) return false;
    const at = this.#now();
    this.#store.revokeKey(keyId, at);
    this.#keys.set(keyId, { ...key, revokedAt: key.revokedAt ?? at });
    for (const listener of this.#onChange) listener(`key:${keyId}`, "revoked");
    return true;
  }

  /** What a key may do is something else from now on; its open sockets end, and open again as what it is now. */
  change(keyId: string, change: KeyChange): StoredKey | undefined {
    const before = this.#keys.get(keyId);
    if (before === undefined) return undefined;
    const key = { ...before, ...change };
    this.#store.changeKey(key);
    this.#keys.set(keyId, key);
    for (const listener of this.#onChange) listener(`key:${keyId}`, "changed");
    return key;
  }

  /** Told when a key may do something else than before, or nothing. */
  onChange(listener: (principalId: string, what: "revoked" | "changed") => void): void {
    this.#onChange.add(listener);
  }

  /** Who a secret is; undefined for unknown, expired, revoked and used from elsewhere alike. */
  principalOf(authorization: string, address: string): Principal | undefined {
    const match = SECRET.exec(authorization.replace(/^Bearer /i, ""));
    const key = match === null ? undefined : this.#keys.get(match[1] ?? "");
    if (match === null || key === undefined) return undefined;
    if (!timingSafeEqual(hashOf(match[0]), Buffer.from(key.secretHash, "hex"))) return undefined;
    if (!this.isGood(`key:${key.keyId}`)) return undefined;
    if (!this.isFrom(`key:${key.keyId}`, address)) return undefined;
    this.#note(key);
    return {
      id: `key:${key.keyId}`,
      account: key.accountId as AccountId,
      portfolios: key.portfolios === "*" ? "*" : new Set(key.portfolios as readonly PortfolioId[]),
      actions: new Set(key.actions),
    };
  }

  /** Whether a key may be used from an address. */
  isFrom(principalId: string, address: string): boolean {
    const { addresses } = this.#keys.get(principalId.slice(4)) ?? { addresses: [] };
    return addresses.length === 0 || isWithin(address, addresses);
  }

  /** Whether a principal may still act: a key that is neither expired nor revoked, or no key at all. */
  isGood(principalId: string): boolean {
    if (!principalId.startsWith("key:")) return true;
    const key = this.#keys.get(principalId.slice(4));
    return key !== undefined && key.revokedAt === null && key.expiresAt > this.#now();
  }

  #note(key: StoredKey): void {
    const at = this.#now();
    if (key.lastUsedAt !== null && at - key.lastUsedAt < USED_EVERY_MS) return;
    this.#store.usedKey(key.keyId, at);
    this.#keys.set(key.keyId, { ...key, lastUsedAt: at });
  }
}
