import type { Kysely } from "kysely";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import { connect } from "../connection.ts";
import type { ReadSchema } from "../schema/schema.ts";
import { kyselyOver } from "./dialect.ts";

/** An answer, and the journal sequence and instant that it is as of. */
export type Answer<T> = Readonly<{ asOfSeq: number; at: number; answer: T }>;

/** Asks one file, on a connection that cannot write. */
export class Reader {
  readonly #database: DatabaseSync;
  readonly #db: Kysely<ReadSchema>;
  #pending = 0;
  #retired = false;

  constructor(path: string) {
    this.#database = connect(path, { readOnly: true });
    this.#db = kyselyOver(this.#database);
  }

  /** Answers from one state of the tables, whatever is written meanwhile. */
  async ask<T>(question: (db: Kysely<ReadSchema>) => Promise<T>): Promise<Answer<T>> {
    this.#pending += 1;
    try {
      return await this.#db.transaction().execute(async (db) => {
        const { seq, at } = await db.selectFrom("progress").select(["seq", "at"]).executeTakeFirstOrThrow();
        return { asOfSeq: seq, at, answer: await question(db) };
      });
    } finally {
      this.#pending -= 1;
      await this.#closeIfDone();
    }
  }

  /** Closes when the last question is answered; asks nothing new of it. */
  retire(): void {
    this.#retired = true;
    void this.#closeIfDone();
  }

  async #closeIfDone(): Promise<void> {
    if (!this.#retired || this.#pending > 0) return;
    this.#pending = Number.POSITIVE_INFINITY;
    await this.#db.destroy();
    // Kysely closes only what it has used.
    if (this.#database.isOpen) this.#database.close();
  }
}
