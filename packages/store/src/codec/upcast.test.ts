import type { JournalRecord } from "@bulkhead/core";
import { describe, expect, test } from "vitest";
import { newReader } from "./read.ts";
import { type Retired, recordCodec, type Vocabulary } from "./record.ts";
import { integer, nullable, recordInstant, text } from "./schema.ts";
import { newWriteContext } from "./write.ts";

// A small vocabulary that has had three releases: `Noted` gained `by`, then `note` was renamed to `text`.

const commands = { Note: { tag: 1, version: 1, fields: { at: recordInstant(), note: text() } } };
const shared = { command: "Note", fields: { note: "note" } };
const first = { tag: 1, version: 1, fields: { note: text() }, shared };
const second = { tag: 2, version: 2, fields: { note: text(), by: nullable(text()) } };
const third = { tag: 3, version: 3, fields: { text: text(), by: nullable(text()), count: integer() } };
const fromFirst: Retired = { ...first, type: "Noted", upcast: (value) => ({ ...value, by: null }) };
const fromSecond: Retired = {
  ...second,
  type: "Noted",
  upcast: (value) => {
    const { note, by } = value as { note: string; by: string | null };
    return { text: note, by, count: note.length };
  },
};

const vocabulary = (noted: object, retiredEvents: readonly Retired[]): Vocabulary => ({
  commands,
  events: { Noted: noted },
  retiredCommands: [],
  retiredEvents,
});
const releases = [vocabulary(first, []), vocabulary(second, [fromFirst]), vocabulary(third, [fromFirst, fromSecond])].map(recordCodec);
const written = [
  { type: "Noted", note: "hello" },
  { type: "Noted", note: "hello", by: "ann" },
  { type: "Noted", text: "hello", by: null, count: 5 },
].map((event, release) => {
  const bytes = new Uint8Array(64);
  const record = { seq: 1, command: { type: "Note", at: 1000, note: "hello" }, events: [event] } as unknown as JournalRecord;
  const end = releases[release]?.encode(bytes, 0, record, newWriteContext());
  return bytes.slice(0, end);
});

describe("versions", () => {
  test("[JRN-10] stored bytes of an earlier release read as the present version", () => {
    const present = written.map((bytes) => releases[2]?.decode(newReader(bytes)).events[0]);
    expect(present).toStrictEqual([
      { type: "Noted", text: "hello", by: null, count: 5 },
      { type: "Noted", text: "hello", by: "ann", count: 5 },
      { type: "Noted", text: "hello", by: null, count: 5 },
    ]);
  });

  test("[JRN-10] the first release's bytes are these, for ever", () => {
    expect(Buffer.from(written[0] ?? []).toString("hex")).toBe("0201d00f0a68656c6c6f010100");
  });

  test("[JRN-10] bytes of every release are proved canonical in their own version", () => {
    for (const bytes of written) expect(releases[2]?.roundTrips(newReader(bytes)).same).toBe(true);
  });

  test("[JRN-10] Z43: older code refuses what a newer release wrote", () => {
    expect(() => releases[0]?.decode(newReader(written[2] ?? new Uint8Array()))).toThrow("TAG_UNKNOWN");
  });

  test("[JRN-8] a tag that is used twice, or a version that is left out, is our bug", () => {
    expect(() => recordCodec(vocabulary({ ...second, tag: 1 }, [fromFirst]))).toThrow("CODEC_TAG_REUSED");
    expect(() => recordCodec(vocabulary(third, [fromFirst]))).toThrow("CODEC_VERSION_MISSING");
  });
});
