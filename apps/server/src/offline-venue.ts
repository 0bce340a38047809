import { createWriteStream } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { type AccountConfig, cashScale, type IbkrConfig, loadConfig } from "@bulkhead/contract";
import { type AccountId, createEngine, type InstantMs, type LiveVenue, type SnapshotSection, type StateView } from "@bulkhead/core";
import { z } from "zod";
import { configSource, configToStart } from "./desk/apply/source.ts";
import { DeskProblem } from "./desk/problem.ts";
import { openBroker } from "./live/open-broker.ts";
import { openSecrets } from "./secrets/secrets.ts";

// Looks at a broker without a desk: whether an account can be attached, or what it says, written down masked. The command starts this as a
// process of its own; what is asked comes by stdin. Nothing is ordered, changed or booked.

const Asked = z.object({
  what: z.enum(["check", "record"]),
  kind: z.enum(["ibkr", "ccxt"]),
  config: z.string().nullable(),
  folder: z.string(),
  data: z.string(),
  /** Of the configuration; null: the only one of that kind. */
  account: z.string().nullable(),
  /** In place of what the configuration says. */
  host: z.string().nullable(),
  port: z.number().int().nullable(),
  client_id: z.number().int().nullable(),
  number: z.string().nullable(),
  mode: z.enum(["paper", "live"]).nullable(),
  zone: z.string().nullable(),
  symbol: z.string().nullable(),
  file: z.string().nullable(),
  seconds: z.number().int(),
});
type Request = z.output<typeof Asked>;
type Row = Readonly<{ check: string; ok: boolean | null; says: string; todo: string }>;
type Answer = Readonly<
  { ok: true; data: object } | { ok: false; code: string; figures: Readonly<Record<string, unknown>>; details?: readonly string[] }
>;

const SECTIONS: readonly SnapshotSection[] = ["positions", "cash", "orders", "executions"];
const READY_WITHIN_MS = 60_000;

async function run(asked: Request): Promise<Answer> {
  const account = accountOf(asked);
  if (asked.kind === "ibkr" && asked.what === "check") return { ok: true, data: { checks: await checkedIbkr(account, asked) } };
  if (asked.what === "check") return { ok: true, data: { checks: await checked(await venueOf(account, asked)) } };
  return { ok: true, data: await recorded(account, asked) };
}

/** The account of the configuration that is kept there, with what the command line says otherwise; without one, the usual gateway. */
function accountOf(asked: Request): AccountConfig {
  const source = configSource({ config: asked.config ?? undefined, environment: process.env, workingFolder: asked.folder });
  const configured = source.kind === "file" ? configToStart(source).accounts.filter(({ broker }) => broker?.kind === asked.kind) : [];
  const found = asked.account === null ? configured : configured.filter(({ id }) => id === asked.account);
  const [only, another] = found;
  if (another !== undefined)
    throw refused(`the configuration has several: ${found.map(({ id }) => id).join(", ")}; name one with --account`);
  if (only === undefined && asked.kind === "ccxt") throw refused('the configuration has no account with venue = "ccxt"');
  const account = only ?? plainIbkr();
  const { broker } = account;
  const mode = asked.mode ?? account.mode;
  if (broker?.kind !== "ibkr") return { ...account, mode };
  const { host, port, client_id, number, zone } = asked;
  const changed: IbkrConfig = {
    ...broker,
    host: host ?? broker.host,
    port: port ?? broker.port,
    clientId: client_id ?? broker.clientId,
    account: number ?? broker.account,
    timeZone: zone ?? broker.timeZone,
  };
  return { ...account, mode, broker: changed };
}

function plainIbkr(): AccountConfig {
  const loaded = loadConfig({ file: { name: "check", text: '[account]\nvenue = "ibkr"\n' } });
  const account = loaded.ok ? loaded.config.accounts[0] : undefined;
  if (account === undefined) throw new Error("CHECK_CONFIG");
  return account;
}

const refused = (reason: string): DeskProblem => new DeskProblem("DESK_VENUE_REFUSED", { account: "to check", reason });

async function checkedIbkr({ broker, mode }: AccountConfig, { symbol }: Request): Promise<readonly Row[]> {
  if (broker?.kind !== "ibkr") throw refused("it names no broker");
  const { checkIbkr } = await import("@bulkhead/venues");
  const { host, port, clientId, account: expectedAccount, timeZone: zone } = broker;
  const extraClients = broker.extraClients.map((each) => each.clientId).filter((id) => id !== clientId);
  const asked = { host, port, clientId, extraClients, expectedAccount, mode: mode === "live" ? "live" : "paper", zone } as const;
  return await checkIbkr(symbol === null ? asked : { ...asked, symbol });
}

async function venueOf(account: AccountConfig, { folder, data }: Request): Promise<LiveVenue> {
  const { state } = createEngine();
  const environment = process.env;
  const secretOf = (id: string) => openSecrets({ folder: data, environment }).get(id);
  return await openBroker(account, { state: (): StateView => state, now: Date.now, places: { environment, folder, secretOf } });
}

/** Connects, asks for everything once, and says what came of it. */
async function checked(venue: LiveVenue): Promise<readonly Row[]> {
  const notes: Row[] = [];
  const settled = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, READY_WITHIN_MS);
    venue.listen({
      onFact: () => undefined,
      onSession: ({ state }) => {
        if (state !== "ready" && state !== "refused") return;
        clearTimeout(timer);
        resolve();
      },
      onNote: (level, message) => {
        if (level !== "info") notes.push({ check: "note", ok: null, says: message, todo: "" });
      },
    });
  });
  venue.open();
  await settled;
  const { state, reason, account, environment } = venue.session;
  const who = account === null ? "" : ` as ${account}`;
  const rows: Row[] = [
    state === "ready"
      ? { check: "connection", ok: true, says: `Connected to ${venue.name}${who}, ${environment ?? "of unknown kind"}.`, todo: "" }
      : { check: "connection", ok: false, says: `Not connected to ${venue.name}: ${state}.`, todo: reason },
  ];
  if (state === "ready") {
    const snapshot = await venue.snapshot(SECTIONS, (Date.now() - 86_400_000) as InstantMs);
    const told = (check: string, count: number | null): Row =>
      count === null
        ? { check, ok: false, says: `It does not answer about ${check}.`, todo: "Look at the rights of the key." }
        : { check, ok: true, says: `It tells ${count} ${check}.`, todo: "" };
    rows.push(
      told("positions", snapshot.positions?.length ?? null),
      told("currencies", snapshot.cash?.length ?? null),
      told("open orders", snapshot.openOrders?.length ?? null),
      snapshot.executionsSince === null
        ? told("executions", null)
        : {
            check: "executions",
            ok: true,
            says: `It tells executions since ${new Date(snapshot.executionsSince).toISOString()}.`,
            todo: "",
          },
    );
  }
  await venue.close();
  return [...rows, ...notes];
}

/** What a gateway says while an account looks on, with its numbers masked: a transcript that `bulkhead sim ibkr --replay` plays. */
async function recorded({ broker, mode }: AccountConfig, { file, seconds }: Request): Promise<object> {
  if (broker?.kind !== "ibkr" || file === null) throw refused("only a gateway of Interactive Brokers is recorded");
  const { openIbkrVenue } = await import("@bulkhead/venues");
  const out = createWriteStream(file, { mode: 0o600 });
  let frames = 0;
  const venue = await openIbkrVenue({
    account: "record" as AccountId,
    mode: mode === "live" ? "live" : "paper",
    expectedAccount: broker.account,
    host: broker.host,
    port: broker.port,
    clientId: broker.clientId,
    zone: broker.timeZone,
    books: () => ({ listings: new Map(), assets: new Map() }),
    cashScale,
    chance: Math.random,
    recorder: (frame) => {
      frames += 1;
      out.write(`${JSON.stringify(frame)}\n`);
    },
  });
  venue.listen({ onFact: () => undefined, onSession: () => undefined, onNote: () => undefined });
  venue.open();
  const until = Date.now() + seconds * 1_000;
  while (venue.session.state !== "ready" && venue.session.state !== "refused" && Date.now() < until) await pause(50);
  const { state: connection, reason } = venue.session;
  if (connection === "ready") {
    await venue.snapshot(SECTIONS, (Date.now() - 86_400_000) as InstantMs);
    await pause(Math.max(0, until - Date.now()));
  }
  await venue.close();
  await new Promise<void>((resolve) => out.end(resolve));
  return { file, frames, connection, reason };
}

async function answered(): Promise<Answer> {
  try {
    return await run(Asked.parse(JSON.parse(await text(process.stdin))));
  } catch (error) {
    if (error instanceof DeskProblem) return { ok: false, code: error.code, figures: error.figures, details: error.details };
    throw error;
  }
}

process.stdout.write(JSON.stringify(await answered()), () => process.exit(0));
