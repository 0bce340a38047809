import { InvariantViolation, type JournalRecord } from "@bulkhead/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { JournalCorrupt } from "../errors.ts";
import { RecordBatch } from "./batch.ts";
import { newReader } from "./read.ts";
import { RECORDS } from "./record.ts";
import { chanceOf, everyType, randomRecord, sampleRecord } from "./samples.ts";
import { type Fields, integer, struct, text } from "./schema.ts";
import { walkRecord } from "./walk.ts";

const check = (property: fc.IProperty<[number]>, full: number): void => fc.assert(property, { numRuns: runs(full), seed: seed() });
const chances = fc.integer({ min: 0, max: 2 ** 31 });

function bytesOf(...records: readonly JournalRecord[]): Uint8Array {
  const batch = new RecordBatch();
  for (const record of records) batch.add(record);
  return batch.bytes.slice();
}
const decode = (bytes: Uint8Array): JournalRecord => RECORDS.decode(newReader(bytes));

/** The reason for which bytes are refused; undefined where they are read. Any other error fails the test. */
function reasonOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof JournalCorrupt) return error.reason;
    throw error;
  }
}

describe("records as bytes", () => {
  test("[JRN-1] every command and event type comes back as it was", () => {
    for (let round = 0; round < 20; round++)
      for (const record of everyType(1, chanceOf(round))) expect(decode(bytesOf(record))).toStrictEqual(record);
  });

  test("[JRN-1] any record comes back as it was", () => {
    check(
      fc.property(chances, (chance) => {
        const record = randomRecord(1 + (chance % 1000), chanceOf(chance));
        expect(decode(bytesOf(record))).toStrictEqual(record);
      }),
      20_000,
    );
  });

  test("[JRN-2] generated code writes what walking the declaration writes", () => {
    const bytes = new Uint8Array(1 << 20);
    check(
      fc.property(chances, (chance) => {
        const record = randomRecord(7, chanceOf(chance));
        expect(Buffer.from(bytesOf(record)).equals(bytes.subarray(0, walkRecord(bytes, record)))).toBe(true);
      }),
      5_000,
    );
  });

  test("[JRN-3] changed bytes are refused with a code, or are the one way to say another record", () => {
    check(
      fc.property(chances, (seeded) => {
        const chance = chanceOf(seeded);
        const bytes = bytesOf(randomRecord(3, chance));
        const at = Math.floor(chance() * bytes.length);
        bytes[at] = Math.floor(chance() * 256);
        const reader = newReader(bytes);
        let same = true;
        reasonOf(() => {
          same = RECORDS.roundTrips(reader).same;
        });
        expect(same).toBe(true);
      }),
      50_000,
    );
  });

  test("[JRN-3] noise is refused with a code and never hangs", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const reader = newReader(bytes);
        const reason = reasonOf(() => expect(RECORDS.roundTrips(reader).same).toBe(true));
        expect(reason === undefined || reason.length > 0).toBe(true);
      }),
      { numRuns: runs(50_000), seed: seed() },
    );
  });

  test("[JRN-4] a record that is cut anywhere is refused", () => {
    for (const record of everyType(1, chanceOf(9))) {
      const bytes = bytesOf(record);
      for (let length = 0; length < bytes.length; length++) expect(reasonOf(() => decode(bytes.subarray(0, length)))).toBeDefined();
    }
  });

  test.each([
    ["[JRN-3] a number in a longer form than needed", [0x82, 0x00], "NOT_CANONICAL"],
    ["[JRN-3] minus zero", [0x01], "NOT_CANONICAL"],
    ["[JRN-3] a sequence below one", [0x00], "SEQUENCE_GAP"],
    ["[JRN-3] a number beyond 2^53 - 1", [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "NUMBER_OUT_OF_RANGE"],
    ["[JRN-3] a number without end", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "NUMBER_OUT_OF_RANGE"],
    ["[JRN-3] a command that nobody knows", [0x02, 0x7f], "TAG_UNKNOWN"],
    ["[JRN-4] nothing", [], "TRUNCATED"],
  ])("%s is refused", (_rule, bytes, reason) => expect(reasonOf(() => decode(Uint8Array.from(bytes)))).toBe(reason));

  test("[JRN-5] bytes of a record do not depend on what was written before it", () => {
    const records = Array.from({ length: 200 }, (_, index) => randomRecord(index + 1, chanceOf(index)));
    const apart = records.map((record) => Buffer.from(bytesOf(record)));
    expect(Buffer.from(bytesOf(...records)).equals(Buffer.concat(apart))).toBe(true);
  });

  test("[JRN-5] a record larger than the buffer is written whole", () => {
    const record = { ...sampleRecord(1, "CancelOrder", [], chanceOf(1)) };
    const large = { ...record, command: { ...record.command, reason: "é".repeat(400_000) } } as JournalRecord;
    const small = { ...record, command: { ...record.command, reason: "x".repeat(900_000) } } as JournalRecord;
    for (const each of [large, small]) expect(decode(bytesOf(each))).toStrictEqual(each);
  });

  test("[JRN-6] every string comes back, well-formed or not", () => {
    const strings = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    );
    const record = sampleRecord(1, "RecordAck", [], chanceOf(2));
    fc.assert(
      fc.property(strings, (venueOrderId) => {
        const changed = { ...record, command: { ...record.command, venueOrderId } } as JournalRecord;
        expect(decode(bytesOf(changed))).toStrictEqual(changed);
      }),
      { numRuns: runs(5_000), seed: seed() },
    );
  });

  test.each([[Number.NaN], [0.5], [2 ** 53], [Number.POSITIVE_INFINITY], [-(2 ** 53)]])(
    "[JRN-7] I22: %d is no figure and is not written",
    (figure) => {
      const batch = new RecordBatch();
      const record = sampleRecord(1, "StartEpoch", [], chanceOf(3));
      expect(() => batch.add({ ...record, command: { ...record.command, epoch: figure } } as JournalRecord)).toThrow(InvariantViolation);
      expect(batch.count).toBe(0);
      batch.add(record);
      expect(decode(batch.bytes)).toStrictEqual(record);
    },
  );

  test("[JRN-7] an instant 2^52 from 1970 is not written", () => {
    const record = sampleRecord(1, "StartEpoch", [], chanceOf(3));
    expect(() => bytesOf({ ...record, command: { ...record.command, at: 2 ** 52 } } as unknown as JournalRecord)).toThrow(
      "I22_INSTANT_OUT_OF_RANGE",
    );
  });
});

describe("declarations", () => {
  test("[JRN-9] a declaration with a missing, extra or mistyped field does not compile", () => {
    type Named = Readonly<{ name: string; count: number }>;
    const fields: Fields<Named> = { name: text(), count: integer() };
    struct<Named>(fields);
    // @ts-expect-error A field is missing.
    struct<Named>({ name: text() });
    // @ts-expect-error A field is too many.
    struct<Named>({ name: text(), count: integer(), more: integer() });
    // @ts-expect-error A field has another type.
    struct<Named>({ name: text(), count: text() });
    expect(Object.keys(fields)).toEqual(["name", "count"]);
  });
});
