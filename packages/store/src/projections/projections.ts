import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { JournalRecord } from "@bulkhead/core";
import type { DatabaseSync } from "../sqlite/driver.ts";
import { carryOver } from "./edge.ts";
import { Generation, type Projected, ProjectionsUnusable } from "./generation.ts";
import { Reader } from "./queries/reader.ts";
import type { EdgeTableName, Row } from "./schema/schema.ts";

/** Where records come from: a journal. */
export type RecordSource = Readonly<{ head: Readonly<{ seq: number }>; read(fromSeq: number): Iterable<JournalRecord> }>;

export type FollowOptions = Readonly<{
  /** Called after every transaction. */
  onProgress?: (progress: Readonly<{ seq: number; of: number; rebuilding: boolean }>) => void;
  /** Records per transaction. */
  chunk?: number;
}>;

const CHUNK = 20_000;

/**
 * The tables of one account, in a folder of their own: `000001.sqlite`, and after each rebuild the next number. Everything but the
 * edge's tables can be made again from the journal, and nothing is ever decided from them.
 */
export class Projections {
  readonly #folder: string;
  #generation: Generation;
  #reader: Reader | undefined;
  #rebuilding = false;
  #lost: readonly EdgeTableName[] = [];
  /** Records that were promised, and where those come from that did not get here. */
  #waiting: JournalRecord[] = [];
  #source: RecordSource | undefined;
  #soon: NodeJS.Immediate | undefined;

  /** Opens the folder, or makes it. A file that is damaged is left behind for a rebuild. Throws `ProjectionsUnusable`. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#generation = openLatest(folder);
  }

  /** Sequence of the last record in the tables. */
  get seq(): number {
    this.settle();
    return this.#generation.seq;
  }

  /** The file in use, for those who read it by themselves. */
  get path(): string {
    this.settle();
    return this.#generation.path;
  }

  /** Tables of the edge that the last rebuild could not read any more: what was in them has to come from the edge again. */
  get lost(): readonly EdgeTableName[] {
    return this.#lost;
  }

  /** Where questions are asked. Ask for it each time: a rebuild changes it. */
  get reader(): Reader {
    this.settle();
    this.#reader ??= new Reader(this.#generation.path);
    return this.#reader;
  }

  /** Takes records in as they become durable. Synchronous; a redelivery changes nothing, a gap is refused. */
  apply(records: Iterable<JournalRecord>): Projected {
    this.settle();
    return this.#generation.apply(records);
  }

  /**
   * Takes records in once the present turn is over, those of several turns together, or as soon as somebody asks: who waits for their answer
   * does not wait for the tables. What could not be written is told to `onTrouble`, and comes from the journal the next time.
   */
  later(records: readonly JournalRecord[], source: RecordSource, onTrouble: (error: unknown) => void): void {
    for (const record of records) this.#waiting.push(record);
    this.#source = source;
    this.#soon ??= setImmediate(() => {
      try {
        this.settle();
      } catch (error) {
        onTrouble(error);
      }
    });
  }

  /** Takes in what waits. Throws what writing it throws. */
  settle(): void {
    const source = this.#source;
    if (source === undefined) return;
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const records = this.#waiting;
    this.#waiting = [];
    const { ok } = this.#generation.apply(records);
    // What a failure lost on the way is in the journal.
    if (!ok || this.#generation.seq < source.head.seq) this.#generation.apply(source.read(this.#generation.seq + 1));
    // Forgotten only now: until it is written, whoever asks tries again.
    this.#source = undefined;
  }

  /** Puts rows that the journal does not know. */
  put<T extends EdgeTableName>(table: T, rows: readonly Row<T>[]): void {
    this.#generation.edge.put(table, rows);
  }

  /** Why the tables cannot simply go on from where they are; undefined where they can. */
  outdated(source: RecordSource): "other_code" | "ahead" | "other_history" | undefined {
    this.settle();
    if (this.#generation.stale) return "other_code";
    if (this.seq > source.head.seq) return "ahead";
    return this.#generation.follows(source) ? undefined : "other_history";
  }

  /** Brings the tables to the journal's head: catches up, or rebuilds where they are outdated. */
  async follow(source: RecordSource, options: FollowOptions = {}): Promise<Readonly<{ seq: number; rebuilt: boolean }>> {
    if (this.outdated(source) !== undefined) return { seq: await this.rebuild(source, options), rebuilt: true };
    await fill(this.#generation, source, options, false);
    return { seq: this.seq, rebuilt: false };
  }

  /**
   * Builds the tables anew beside those in use, from the first record, and switches when they have caught up. Meanwhile the old ones
   * answer and follow. Throws what reading the journal throws; the old ones stay then.
   */
  async rebuild(source: RecordSource, options: FollowOptions = {}): Promise<number> {
    if (this.#rebuilding) throw new Error("PROJECTIONS_REBUILDING");
    this.#rebuilding = true;
    const next = join(this.#folder, nameOf(numbersIn(this.#folder).reduce((a, b) => Math.max(a, b), 0) + 1));
    const unfinished = `${next}.building`;
    discard(unfinished);
    try {
      const building = new Generation(unfinished, { bulk: true });
      try {
        const indexes = dropIndexes(building.database);
        await fill(building, source, options, true);
        for (const sql of indexes) building.database.exec(sql);
        building.database.exec("PRAGMA optimize = 0x10002");
        this.#switchTo(building, source, next);
      } finally {
        if (building.database.isOpen) building.close();
        discard(unfinished);
      }
    } finally {
      this.#rebuilding = false;
    }
    return this.seq;
  }

  /** In one turn: what came in meanwhile, what the journal does not know, and the new name. */
  #switchTo(building: Generation, source: RecordSource, path: string): void {
    if (building.seq < source.head.seq) building.apply(source.read(building.seq + 1));
    this.#lost = carryOver(this.#generation.database, building.database);
    building.close();
    renameSync(building.path, path);
    const old = this.#generation;
    this.#generation = new Generation(path);
    this.#reader?.retire();
    this.#reader = undefined;
    old.close();
    discard(old.path);
  }

  close(): void {
    clearImmediate(this.#soon);
    this.#source = undefined;
    this.#reader?.retire();
    this.#generation.close();
  }
}

/** Projects everything up to the head, a turn for others after each transaction. */
async function fill(generation: Generation, source: RecordSource, options: FollowOptions, rebuilding: boolean): Promise<void> {
  const { chunk = CHUNK, onProgress } = options;
  let records: JournalRecord[] = [];
  const project = async (): Promise<void> => {
    const projected = generation.apply(records);
    if (!projected.ok) throw new Error(`SEQUENCE_GAP: expected=${projected.expected}, found=${projected.found}`);
    records = [];
    onProgress?.({ seq: generation.seq, of: source.head.seq, rebuilding });
    await nextTurn();
  };
  if (generation.seq >= source.head.seq) return;
  for (const record of source.read(generation.seq + 1)) {
    records.push(record);
    if (records.length >= chunk) await project();
  }
  if (records.length > 0) await project();
}

/** Looked up while projecting: kept in order from the start. */
const NEEDED = ["executions_by_execution_id", "orders_by_venue_order"];

/** Takes the other indexes off and returns how to put them back: sorted once they cost a fraction. */
function dropIndexes(database: DatabaseSync): readonly string[] {
  const rows = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").all();
  const dropped = rows.filter(({ name }) => !NEEDED.includes(String(name)));
  for (const { name } of dropped) database.exec(`DROP INDEX ${String(name)}`);
  return dropped.map(({ sql }) => String(sql));
}

const nameOf = (number: number): string => `${String(number).padStart(6, "0")}.sqlite`;
const numbersIn = (folder: string): readonly number[] =>
  readdirSync(folder).flatMap((name) => {
    const number = /^(\d{6,})\.sqlite$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });

/** The highest number is the one in use; what an interrupted rebuild left is taken away. */
function openLatest(folder: string): Generation {
  const numbers = [...numbersIn(folder)].sort((a, b) => b - a);
  const [latest = 0, ...older] = numbers;
  for (const name of readdirSync(folder)) if (name.includes(".sqlite.building")) rmSync(join(folder, name), { force: true });
  if (latest === 0) return new Generation(join(folder, nameOf(1)));
  try {
    const generation = new Generation(join(folder, nameOf(latest)));
    for (const number of older) discard(join(folder, nameOf(number)));
    return generation;
  } catch (error) {
    if (error instanceof ProjectionsUnusable) throw error;
    return new Generation(join(folder, nameOf(latest + 1)));
  }
}

function discard(path: string): void {
  for (const part of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) rmSync(part, { force: true });
}
