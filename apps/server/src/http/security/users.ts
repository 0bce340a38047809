import type { EdgeStore } from "../edge-store.ts";
import { HttpFailure } from "../failure.ts";
import { checkPassword, hashPassword, isPassword } from "./passwords.ts";

/** Somebody who may log in: a person with every right. */
export type User = Readonly<{ name: string; createdAt: number; changedAt: number; hasTotp: boolean }>;

const TABLE = `
CREATE TABLE IF NOT EXISTS users (
  name TEXT PRIMARY KEY, password TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  totp INTEGER NOT NULL DEFAULT 0, totp_step INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;`;
const NAME = /^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/;

/** The users of a desk; of a password only its argon2id hash is kept. Throws `HttpFailure` with codes of the catalogue. */
export class Users {
  readonly #store: EdgeStore;
  readonly #now: () => number;
  #count: number;

  constructor(store: EdgeStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    store.database.exec(TABLE);
    this.#count = this.list().length;
  }

  get count(): number {
    return this.#count;
  }

  list(): readonly User[] {
    return this.#store.database.prepare("SELECT * FROM users ORDER BY name").all().map(userOf);
  }

  find(name: string): User | undefined {
    const row = this.#row(name);
    return row === undefined ? undefined : userOf(row);
  }

  async add(name: string, password: string): Promise<User> {
    const id = name.toLowerCase();
    if (!NAME.test(id)) throw new HttpFailure(422, "USER_NAME_INVALID", { user: name.slice(0, 80) });
    checkPassword(password, id);
    const hash = await hashPassword(password);
    if (this.#row(id) !== undefined) throw new HttpFailure(409, "USER_EXISTS", { user: id });
    const at = this.#now();
    this.#store.surely(() =>
      this.#store.database.prepare("INSERT INTO users (name, password, created_at, changed_at) VALUES (?, ?, ?, ?)").run(id, hash, at, at),
    );
    this.#count += 1;
    return { name: id, createdAt: at, changedAt: at, hasTotp: false };
  }

  /** Who it is, where name and password fit; takes as long where there is nobody of that name. */
  async verify(name: string, password: string): Promise<User | undefined> {
    const row = this.#row(name.toLowerCase());
    const fits = await isPassword(password, row === undefined ? undefined : String(row["password"]));
    return fits && row !== undefined ? userOf(row) : undefined;
  }

  async setPassword(name: string, password: string): Promise<void> {
    this.#known(name);
    checkPassword(password, name);
    const hash = await hashPassword(password);
    const change = this.#store.database.prepare("UPDATE users SET password = ?, changed_at = ? WHERE name = ?");
    this.#store.surely(() => change.run(hash, this.#now(), name));
  }

  remove(name: string): void {
    this.#known(name);
    this.#store.surely(() => this.#store.database.prepare("DELETE FROM users WHERE name = ?").run(name));
    this.#count -= 1;
  }

  setTotp(name: string, enrolled: boolean): void {
    const change = this.#store.database.prepare("UPDATE users SET totp = ?, totp_step = 0 WHERE name = ?");
    this.#store.surely(() => change.run(enrolled ? 1 : 0, name));
  }

  /** The last step whose code was used: none up to it is good any more. */
  totpStep(name: string): number {
    return Number(this.#row(name)?.["totp_step"] ?? 0);
  }

  useTotpStep(name: string, step: number): void {
    this.#store.surely(() => this.#store.database.prepare("UPDATE users SET totp_step = ? WHERE name = ?").run(step, name));
  }

  #known(name: string): void {
    if (this.#row(name) === undefined) throw new HttpFailure(404, "USER_UNKNOWN", { user: name.slice(0, 80) });
  }

  #row(name: string): Readonly<Record<string, unknown>> | undefined {
    return this.#store.database.prepare("SELECT * FROM users WHERE name = ?").get(name);
  }
}

const userOf = (row: Readonly<Record<string, unknown>>): User => ({
  name: String(row["name"]),
  createdAt: Number(row["created_at"]),
  changedAt: Number(row["changed_at"]),
  hasTotp: row["totp"] === 1,
});
