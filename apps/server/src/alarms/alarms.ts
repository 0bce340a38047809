import type { AlarmsConfig, Severity } from "@bulkhead/contract";
import { type AccountId, type JournalRecord, UNATTRIBUTED } from "@bulkhead/core";
import type { AlarmMessage, KeptAlarm, Sighting } from "./alarm.ts";
import type { Channel } from "./channel.ts";
import { Courier } from "./courier.ts";
import { type AlarmsAsked, Outbox } from "./outbox.ts";
import { type AccountView, ofAccount, ofBreak, sighting } from "./sources.ts";

/** An account as alarms need it: how it stands, and what its journal says. */
export type WatchedAccount = AccountView &
  Readonly<{
    durableSeq: number;
    onDurable: (listener: (records: readonly JournalRecord[]) => void) => () => void;
    /** Durable records from a sequence on. */
    read: (fromSeq: number) => Iterable<JournalRecord>;
  }>;

export type AlarmsSetup = Readonly<{
  /** A file of its own, or `:memory:`. */
  path: string;
  config: Pick<AlarmsConfig, "minSeverity" | "repeatEveryMs">;
  channel: Channel | undefined;
  accounts: readonly WatchedAccount[];
  /** What is wrong with the desk as a whole, besides its accounts; asked each second. */
  look: () => readonly Sighting[];
  /** What happened since it was last asked, and is over; asked each second. */
  moments?: () => readonly Sighting[];
  /** The desk's own time, which its books follow. */
  deskNow: () => number;
  now?: () => number;
  chance?: () => number;
  /** The first wait after a channel failed; default 1 s. */
  backoffMs?: number;
  /** Where it is said that alarms cannot be kept or told. */
  onTrouble?: (text: string) => void;
}>;

/** What came of a test of the channel. */
export type TestOutcome = Readonly<{ alarm: KeptAlarm; message: AlarmMessage | undefined; tookMs: number }>;

/** How often it looks. */
export const LOOK_EVERY_MS = 1_000;
/** What comes and goes is one alarm: it is over when it was not seen for so long. What a person ended is over at once. */
const SETTLES_MS = 30_000;
const ENDED_BY_PEOPLE: ReadonlySet<string> = new Set(["KILL_ENGAGED", "PORTFOLIO_PAUSED"]);
/** Over when somebody has looked: nothing else ends it. */
const ENDED_BY_LOOKING: ReadonlySet<string> = new Set(["BREAK_OPENED"]);
/** The same thing that happened again is told at most so often. */
const MOMENT_EVERY_MS = 600_000;
/** Breaks that wait to be kept at most. */
const BREAKS_MAX = 1_000;
/** Every so many tries in vain it is said. */
const TRIES_TO_SAY = 3;
const KEPT_MS = 90 * 86_400_000;
const UPKEEP_EVERY_MS = 60_000;

/** An alarm that goes on, when it was last seen, and when it was last told. */
type Going = { alarm: KeptAlarm; seenAt: number; toldAt: number };

/**
 * The alarms of a desk: looks for what is wrong once a second and at every record that says so, keeps it, and has it told. An alarm is one
 * as long as its key is; it is told when it begins, again while nobody looks, and when it is over.
 */
export class Alarms {
  readonly #setup: AlarmsSetup;
  readonly #outbox: Outbox;
  readonly #courier: Courier | undefined;
  readonly #going = new Map<string, Going>();
  /** The last record of each account that was heard: what is durable may be ahead of it. */
  readonly #heard = new Map<AccountId, number>();
  readonly #breaks: Readonly<{ found: Sighting; account: AccountId; seq: number }>[] = [];
  readonly #listeners = new Set<(alarm: KeptAlarm, message: AlarmMessage | undefined) => void>();
  readonly #tested = new Map<number, () => void>();
  readonly #momentAt = new Map<string, number>();
  readonly #toldDirectly = new Map<string, number>();
  readonly #stops: (() => void)[] = [];
  readonly #now: () => number;
  #keptAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(setup: AlarmsSetup) {
    this.#setup = setup;
    this.#now = setup.now ?? Date.now;
    const { channel, config } = setup;
    this.#outbox = new Outbox(setup.path, { hasChannel: channel !== undefined, minSeverity: config.minSeverity });
    const chance = setup.chance ?? Math.random;
    this.#courier =
      channel === undefined
        ? undefined
        : new Courier({
            outbox: this.#outbox,
            channel,
            now: this.#now,
            chance,
            backoffMs: setup.backoffMs,
            onTold: (id) => this.#onTold(id),
          });
  }

  /** Takes up what an earlier process raised, reads what its journals said meanwhile, and begins to look. */
  start(): void {
    const now = this.#now();
    if (this.#courier !== undefined) this.#outbox.tellWhatGoesOn(now);
    for (const alarm of this.#outbox.goingOn()) {
      const toldAt = this.#outbox.messagesOf(alarm.alarmId)[0]?.createdAt ?? alarm.raisedAt;
      this.#going.set(alarm.key, { alarm, seenAt: now, toldAt });
    }
    for (const account of this.#setup.accounts) {
      const last = this.#outbox.lastRead(account.id);
      this.#heard.set(account.id, last ?? account.durableSeq);
      if (last === undefined) this.#outbox.readUntil(account.id, account.durableSeq);
      else this.#hear(account, account.read(last + 1));
      this.#stops.push(account.onDurable((records) => this.#hear(account, records)));
    }
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.look();
    this.#courier?.wake();
  }

  /** Looks once: what is wrong now is an alarm, what is no more is over. */
  look(): void {
    try {
      const now = this.#now();
      for (const each of this.#setup.moments?.() ?? []) this.happened(each);
      const found = [...this.#setup.accounts.flatMap((account) => ofAccount(account, this.#setup.deskNow())), ...this.#setup.look()];
      this.#raiseBreaks(now);
      this.#see(found, now);
      for (const going of [...this.#going.values()]) this.#follow(going, now);
      if (now - this.#keptAt >= UPKEEP_EVERY_MS) this.#keep(now);
    } catch (error) {
      this.#setup.onTrouble?.(`alarms: ${String(error)}`);
    }
  }

  /** Something that happened and is over; told at most every ten minutes. */
  happened(sighting: Sighting): void {
    const now = this.#now();
    if (now - (this.#momentAt.get(sighting.key) ?? Number.NEGATIVE_INFINITY) < MOMENT_EVERY_MS) return;
    this.#momentAt.set(sighting.key, now);
    this.#kept([sighting], () => [this.#outbox.moment(sighting, now)]);
  }

  /** Sends a test through outbox and channel; resolves with what came of it, or after `patienceMs`. Undefined: there is no channel. */
  async test(by: string, patienceMs: number): Promise<TestOutcome | undefined> {
    if (this.#courier === undefined) return undefined;
    const began = performance.now();
    const alarm = this.#outbox.moment(sighting("ALARM_TEST", { by }, { what: by }), this.#now(), "test");
    const told = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#tested.set(alarm.alarmId, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#courier.hurry();
    await told;
    this.#tested.delete(alarm.alarmId);
    return { alarm, message: this.#outbox.messagesOf(alarm.alarmId)[0], tookMs: Math.round(performance.now() - began) };
  }

  /** Somebody has looked: it is not told again; a break is over by that. Undefined where there is no such alarm. */
  acknowledge(alarmId: number, by: string): KeptAlarm | undefined {
    const before = this.#outbox.find(alarmId);
    if (before === undefined) return undefined;
    const ends = ENDED_BY_LOOKING.has(before.code);
    const alarm = this.#outbox.acknowledge(alarmId, by, this.#now(), ends);
    const going = this.#going.get(before.key);
    if (alarm === undefined || going?.alarm.alarmId !== alarmId) return alarm;
    if (ends) this.#going.delete(before.key);
    else going.alarm = alarm;
    this.#announce(alarm);
    return alarm;
  }

  find(alarmId: number): KeptAlarm | undefined {
    return this.#outbox.find(alarmId);
  }

  list(asked: AlarmsAsked): readonly KeptAlarm[] {
    return this.#outbox.list(asked);
  }

  messagesOf(alarmId: number): readonly AlarmMessage[] {
    return this.#outbox.messagesOf(alarmId);
  }

  /** Where alarms go; null: nobody is told. */
  get channel(): string | null {
    return this.#setup.channel?.name ?? null;
  }

  get minSeverity(): Severity {
    return this.#setup.config.minSeverity;
  }

  get pending(): number {
    return this.#outbox.pending;
  }

  /** Called with each alarm that begins, is told, is looked at, or is over, and its last message. Returns the way to stop. */
  onChange(listener: (alarm: KeptAlarm, message: AlarmMessage | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The journal is lost and the process ends now: that is the last thing to be kept. */
  lost(reason: string): void {
    this.happened(sighting("JOURNAL_LOST", { reason: reason.slice(0, 300) }));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const stop of this.#stops) stop();
    await this.#courier?.close();
    try {
      this.#keep(this.#now());
    } finally {
      this.#outbox.close();
    }
  }

  /** What durable records say that no later look can see: differences. And what people did, at once. */
  #hear(account: WatchedAccount, records: Iterable<JournalRecord>): void {
    let isControl = false;
    for (const { seq, events } of records) {
      this.#heard.set(account.id, seq);
      for (const event of events) {
        isControl ||= event.type === "KillEngaged" || event.type === "KillCleared" || event.type === "TradingStateChanged";
        if (event.type === "BreakRaised") this.#breaks.push({ found: ofBreak(account.id, event), account: account.id, seq });
        // Units and cash that differ are looked for (BOOKS_APART); what nobody ordered, or what an order does not say, is told once.
        else if (event.type === "BreakOpened" && event.kind !== "position" && event.kind !== "cash") {
          const { kind, asset, evidence: details } = event;
          this.#breaks.push({ found: ofBreak(account.id, { kind, asset, portfolio: UNATTRIBUTED, details }), account: account.id, seq });
        }
      }
    }
    this.#raiseBreaks(this.#now());
    if (isControl && this.#timer !== undefined) this.look();
  }

  /** Breaks that were heard; where they cannot be kept they wait for the next look. */
  #raiseBreaks(now: number): void {
    const breaks = this.#breaks.splice(0);
    if (breaks.length === 0) return;
    const raised = this.#kept(
      breaks.map(({ found }) => found),
      () => breaks.map(({ found, account, seq }) => this.#outbox.raise(found, now, { account, seq })),
    );
    if (raised === undefined) this.#breaks.push(...breaks.slice(-BREAKS_MAX));
    else for (const alarm of raised) this.#going.set(alarm.key, { alarm, seenAt: now, toldAt: now });
  }

  #see(found: readonly Sighting[], now: number): void {
    const changed: Going[] = [];
    for (const { key, params } of found) {
      const going = this.#going.get(key);
      if (going === undefined) continue;
      going.seenAt = now;
      if (isSame(going.alarm.params, params)) continue;
      going.alarm = { ...going.alarm, params, seenAt: now };
      changed.push(going);
    }
    const fresh = found.filter(({ key }) => !this.#going.has(key));
    const raised = fresh.length === 0 ? [] : this.#kept(fresh, () => fresh.map((each) => this.#outbox.raise(each, now)));
    for (const alarm of raised ?? []) this.#going.set(alarm.key, { alarm, seenAt: now, toldAt: now });
    if (changed.length > 0)
      this.#outbox.together(() => {
        for (const { alarm } of changed) this.#outbox.see(alarm.alarmId, alarm.params, now);
      });
  }

  /** Over, or told again. */
  #follow(going: Going, now: number): void {
    const { alarm } = going;
    if (ENDED_BY_LOOKING.has(alarm.code)) going.seenAt = now;
    const patience = ENDED_BY_PEOPLE.has(alarm.code) ? 1 : SETTLES_MS;
    if (now - going.seenAt >= patience) {
      const over = this.#outbox.resolve(alarm, now);
      this.#going.delete(alarm.key);
      this.#announce(over);
      this.#courier?.wake();
    } else if (alarm.acknowledgedAt === null && now - going.toldAt >= this.#setup.config.repeatEveryMs) {
      going.toldAt = now;
      this.#outbox.repeat(alarm, now);
      this.#courier?.wake();
    }
  }

  /** Keeps alarms, all at once, and has them told; where they cannot be kept, they are told without that. */
  #kept(found: readonly Sighting[], keep: () => readonly KeptAlarm[]): readonly KeptAlarm[] | undefined {
    try {
      const alarms = this.#outbox.together(keep);
      for (const alarm of alarms) this.#announce(alarm);
      this.#courier?.wake();
      return alarms;
    } catch (error) {
      this.#setup.onTrouble?.(`alarms cannot be kept: ${String(error)}`);
      for (const each of found) this.#tellDirectly(each);
      return undefined;
    }
  }

  /** A full disk is an alarm too: what cannot be kept is told once, as long as this process lives. */
  #tellDirectly(found: Sighting): void {
    const now = this.#now();
    if (now - (this.#toldDirectly.get(found.key) ?? Number.NEGATIVE_INFINITY) < this.#setup.config.repeatEveryMs) return;
    this.#toldDirectly.set(found.key, now);
    const unkept = { alarmId: 0, raisedAt: now, seenAt: now, times: 1, resolvedAt: null, acknowledgedAt: null, acknowledgedBy: null };
    void this.#setup.channel?.tell({ ...found, ...unkept }, { messageId: 0, kind: "raised" });
  }

  #keep(now: number): void {
    this.#keptAt = now;
    // What waits to be kept is to be heard again by the next process.
    if (this.#breaks.length === 0)
      for (const [id, seq] of this.#heard) if (this.#outbox.lastRead(id) !== seq) this.#outbox.readUntil(id, seq);
    this.#outbox.forget(now - KEPT_MS);
  }

  #onTold(alarmId: number): void {
    this.#tested.get(alarmId)?.();
    const alarm = this.#outbox.find(alarmId);
    if (alarm !== undefined) this.#announce(alarm);
    const [message] = this.#outbox.messagesOf(alarmId);
    // Nobody hears it, so at least it is written down.
    if (message?.state === "pending" && message.attempts % TRIES_TO_SAY === 0)
      this.#setup.onTrouble?.(`alarms cannot be told, ${message.attempts} times: ${message.answer ?? ""}`);
  }

  #announce(alarm: KeptAlarm): void {
    if (this.#listeners.size === 0) return;
    const [message] = this.#outbox.messagesOf(alarm.alarmId);
    for (const listener of this.#listeners) listener(alarm, message);
  }
}

const isSame = (a: Sighting["params"], b: Sighting["params"]): boolean => JSON.stringify(a) === JSON.stringify(b);
