import { assert, type Command, type Event, InvariantViolation, type JournalRecord } from "@bulkhead/core";
import { COMMANDS } from "./commands.ts";
import { EVENTS } from "./events.ts";
import { type Coder, generate } from "./generate.ts";
import { type Reader, readCount, readInteger, refuse } from "./read.ts";
import { type Catalogue, type Node, nodesOf, type Shared } from "./schema.ts";
import { newWriteContext, type WriteContext, writeCount, writeInteger } from "./write.ts";

// Records as bytes: seq, the command's tag and fields, the number of events, each event's tag and fields. No frame: a record says
// itself where it ends. Versions and upcasters: docs/journal.md.

/** A version that is no longer written. `upcast` takes its value, without `type`, to the next version: pure and total. */
export type Retired = Readonly<{
  type: string;
  tag: number;
  version: number;
  fields: object;
  shared?: Shared;
  upcast: (value: object) => object;
}>;

/** What a codec is made from. Commands are evidence and stay as they were; events are upcast when read. */
export type Vocabulary = Readonly<{
  commands: object;
  events: object;
  retiredCommands: readonly Retired[];
  retiredEvents: readonly Retired[];
}>;

type Entry = Readonly<{ tag: number; type: string; node: Node; upcasts: readonly Retired["upcast"][] }>;
type Message = Entry & Coder;
type Tagged = Readonly<{ message: Message; value: object }>;
/** A record as it was written, in the versions of its day. */
type TaggedRecord = Readonly<{ seq: number; command: Tagged; events: readonly Tagged[] }>;

export type RecordCodec = Readonly<{
  /** Writes at `position` and gives back the next one; beyond the end means that there was no room. */
  encode: (bytes: Uint8Array, position: number, record: JournalRecord, context: WriteContext) => number;
  /** The record at the reader's position, events in their present version. Throws `JournalCorrupt` and nothing else. */
  decode: (reader: Reader) => JournalRecord;
  /** Decodes as written and writes it again: true where the bytes are the only ones that say it. */
  roundTrips: (reader: Reader) => Readonly<{ seq: number; events: number; same: boolean }>;
}>;

/** The codec of this release. */
export const RECORDS: RecordCodec = recordCodec({
  commands: COMMANDS satisfies Catalogue<Command>,
  events: EVENTS satisfies Catalogue<Event>,
  retiredCommands: [],
  retiredEvents: [],
});

export function recordCodec(vocabulary: Vocabulary): RecordCodec {
  const commands = messagesOf(vocabulary.commands, vocabulary.retiredCommands);
  const events = messagesOf(vocabulary.events, vocabulary.retiredEvents);
  const scratch = newWriteContext();

  const encode = (bytes: Uint8Array, position: number, record: JournalRecord, context: WriteContext): number => {
    context.count = 0;
    context.base = 0;
    context.command = record.command;
    let p = writeInteger(bytes, position, record.seq);
    p = writeMessage(commands.byType, bytes, p, record.command, context);
    const happened = record.events;
    p = writeCount(bytes, p, happened.length);
    for (let index = 0; index < happened.length; index++) {
      const event = happened[index];
      if (event !== undefined) p = writeMessage(events.byType, bytes, p, event, context);
    }
    return p;
  };

  const decodeTagged = (reader: Reader): TaggedRecord => {
    reader.count = 0;
    reader.base = 0;
    const seq = readInteger(reader);
    if (seq < 1) refuse("SEQUENCE_GAP", reader.position - 1);
    const command = readMessage(commands.byTag, reader);
    reader.command = command.value;
    const count = readCount(reader);
    const happened: Tagged[] = [];
    for (let index = 0; index < count; index++) happened.push(readMessage(events.byTag, reader));
    return { seq, command, events: happened };
  };

  const decode = (reader: Reader): JournalRecord => {
    const { seq, command, events: happened } = decodeTagged(reader);
    return { seq, command: command.value as Command, events: happened.map(presentVersion) };
  };

  const roundTrips = (reader: Reader): Readonly<{ seq: number; events: number; same: boolean }> => {
    const start = reader.position;
    const tagged = decodeTagged(reader);
    const size = reader.position - start;
    const again = new Uint8Array(size);
    scratch.count = 0;
    scratch.base = 0;
    scratch.command = tagged.command.value;
    let p = writeInteger(again, 0, tagged.seq);
    p = writeTagged(again, p, tagged.command, scratch);
    p = writeCount(again, p, tagged.events.length);
    for (const event of tagged.events) p = writeTagged(again, p, event, scratch);
    const same = p === size && again.every((byte, index) => byte === reader.bytes[start + index]);
    return { seq: tagged.seq, events: tagged.events.length, same };
  };
  return { encode, decode, roundTrips };
}

type Messages = Readonly<{ byType: ReadonlyMap<string, Message>; byTag: readonly (Message | undefined)[] }>;

function messagesOf(present: object, retired: readonly Retired[]): Messages {
  const entries: Entry[] = [];
  for (const [type, { tag, version, fields, shared }] of Object.entries(
    present as Readonly<Record<string, Omit<Retired, "type" | "upcast">>>,
  )) {
    const older = retired.filter((old) => old.type === type).sort((a, b) => a.version - b.version);
    assert(
      older.every((old, index) => old.version === version - older.length + index),
      "CODEC_VERSION_MISSING",
      () => `type=${type}`,
    );
    entries.push({ tag, type, node: nodeOf(type, fields, shared), upcasts: [] });
    for (const [index, old] of older.entries()) {
      const upcasts = older.slice(index).map(({ upcast }) => upcast);
      entries.push({ tag: old.tag, type, node: nodeOf(type, old.fields, old.shared), upcasts });
    }
  }
  const coders = generate(entries.map(({ node }) => node));
  const byType = new Map<string, Message>();
  const byTag: (Message | undefined)[] = [];
  for (const [index, coder] of coders.entries()) {
    const entry = entries[index];
    if (entry === undefined) continue;
    assert(byTag[entry.tag] === undefined, "CODEC_TAG_REUSED", () => `tag=${entry.tag}`);
    const message = { ...entry, ...coder };
    byTag[entry.tag] = message;
    if (entry.upcasts.length === 0) byType.set(entry.type, message);
  }
  return { byType, byTag };
}

function nodeOf(type: string, fields: object, shared: Shared | undefined): Node {
  return { kind: "struct", type, fields: nodesOf(fields), ...(shared === undefined ? {} : { shared }) };
}

function presentVersion({ message, value }: Tagged): Event {
  if (message.upcasts.length === 0) return value as Event;
  let upcast = value;
  for (const step of message.upcasts) upcast = { ...step(upcast), type: message.type };
  return upcast as Event;
}

function writeMessage(
  byType: Messages["byType"],
  bytes: Uint8Array,
  position: number,
  value: Command | Event,
  context: WriteContext,
): number {
  const message = byType.get(value.type);
  if (message === undefined) throw new InvariantViolation("CODEC_TYPE_UNKNOWN", `type=${String(value.type)}`);
  return message.encode(bytes, writeCount(bytes, position, message.tag), value, context);
}

const writeTagged = (bytes: Uint8Array, position: number, { message, value }: Tagged, context: WriteContext): number =>
  message.encode(bytes, writeCount(bytes, position, message.tag), value, context);

function readMessage(byTag: Messages["byTag"], reader: Reader): Tagged {
  const tag = readCount(reader);
  const message = byTag[tag];
  if (message === undefined) refuse("TAG_UNKNOWN", reader.position - 1);
  return { message, value: message.decode(reader) as object };
}
