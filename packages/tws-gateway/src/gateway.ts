import { createServer, type Socket } from "node:net";
import { Broker } from "./broker/broker.ts";
import type { Contract } from "./broker/contract.ts";
import { Directory } from "./broker/directory.ts";
import { buyingPower, type FigureGround } from "./broker/figures.ts";
import { type Clock, wallClock } from "./clock.ts";
import { type Control, controlOf } from "./control/control.ts";
import { Day } from "./day.ts";
import { type Decimal, decimal, over, plain, whole } from "./decimal.ts";
import type { Fault } from "./faults/fault.ts";
import { Faults } from "./faults/faults.ts";
import { listen } from "./listen.ts";
import { answer } from "./session/answer.ts";
import type { AnswerGround, DataRights } from "./session/ground.ts";
import { Hub } from "./session/hub.ts";
import type { Framing } from "./session/outlet.ts";
import { Session, type WireEntry } from "./session/session.ts";

/** How a gateway is set; everything has a default. Amounts are decimal text. */
export type GatewaySettings = Readonly<
  Partial<{
    /** 127.0.0.1. */
    host: string;
    /** 0 takes any that is free. */
    port: number;
    /** DU1234567. Numbers that begin with D are paper accounts. */
    account: string;
    /** What MANAGED_ACCTS says, where that shall not be the account. */
    announced: readonly string[];
    /** Cash by currency: 1,000,000 USD. */
    cash: Readonly<Record<string, string>>;
    base: string;
    positions: readonly Readonly<{ symbol: string; quantity: string; averageCost: string }>[];
    /** Prices to begin with: last, with bid and ask a cent around it. */
    prices: Readonly<Record<string, string>>;
    contracts: readonly Contract[];
    /** Newest server version that is agreed to, 173 to 193. */
    serverVersionMax: number;
    clock: Clock;
    /** Where its times are; also when its day ends. US/Eastern. */
    zone: string;
    /** Sees all orders and executions, whoever sent them. */
    masterClient: number | null;
    readOnly: boolean;
    rights: DataRights;
    messagesPerSecond: number | null;
    framing: Framing;
    latency: Readonly<{ ackMs: number; fillMs: number }>;
    /** Whether orders beyond four times the equity are rejected (201). */
    checksFunds: boolean;
    faults: readonly Fault[];
    /** Sees every message as it is read and written. */
    observe: (entry: WireEntry) => void;
  }>
>;

/** A running gateway. */
export type Gateway = Readonly<{
  host: string;
  port: number;
  control: Control;
  /** Clients that are connected. */
  clients: () => readonly number[];
  close: () => Promise<void>;
}>;

const REOPEN_MS = 100;

/** Starts a gateway. Rejects where the port is busy. */
export async function startGateway(settings: GatewaySettings = {}): Promise<Gateway> {
  const { host = "127.0.0.1", clock = wallClock() } = settings;
  const built = build(settings, clock);
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    built.session(++count, socket);
  });
  const port = await listen(server, host, settings.port ?? 0);
  let closed = false;
  let openAt = Number.NEGATIVE_INFINITY;
  // The port may be taken for a moment by what just ended there; a reset during a reset makes it longer, and never opens twice.
  const reopen = (): void => {
    if (closed || server.listening || clock.now() < openAt) return;
    listen(server, host, port).catch(() => void clock.after(REOPEN_MS, reopen));
  };
  built.attach({
    shut: (forMs) => {
      if (server.listening) server.close();
      openAt = Math.max(openAt, clock.now() + forMs);
      clock.after(forMs, reopen);
    },
  });
  const close = async (): Promise<void> => {
    closed = true;
    const ended = server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : Promise.resolve();
    for (const socket of sockets) socket.destroy();
    await ended;
  };
  return { host, port, control: built.control, clients: () => built.hub.clients, close };
}

/** Everything behind the port. */
function build(settings: GatewaySettings, clock: Clock) {
  const { account: number = "DU1234567", base = "USD", zone = "US/Eastern", masterClient = null } = settings;
  const faults = new Faults(settings.faults);
  const day = new Day(clock, zone);
  const hub = new Hub(masterClient);
  const directory = new Directory(settings.contracts);
  const rates = new Map<string, Decimal>();
  const frames = new Map<string, number>();
  const rights = new Map<string, DataRights>([["*", settings.rights ?? "live"]]);
  const changing = { readOnly: settings.readOnly ?? false, accounts: settings.announced ?? [number] };
  const power = (currency: string): Decimal | null =>
    (settings.checksFunds ?? true) ? over(buyingPower(figures), rates.get(currency) ?? whole(1)) : null;
  const latency = settings.latency ?? { ackMs: 0, fillMs: 0 };
  const broker: Broker = new Broker({
    ...{ clock, zone, day, number, directory, faults, latency, buyingPower: power, readOnly: () => changing.readOnly },
    post: hub,
  });
  const figures: FigureGround = { number, account: broker.account, quotes: broker.quotes, base, rates };
  const ground: AnswerGround = {
    ...{ clock, zone, day, broker, directory, faults, figures, masterClient, accounts: () => changing.accounts },
    readOnly: () => changing.readOnly,
    rights: (symbol) => rights.get(symbol) ?? rights.get("*") ?? "live",
    connected: () => hub.connected,
    whenConnected: (work) => hub.whenConnected(work),
    countFrame: (reference) => void frames.set(reference, (frames.get(reference) ?? 0) + 1),
  };
  const control = controlOf({ number, clock, broker, directory, faults, hub, rates, frames, settings: changing, rights });
  begin(settings, control);
  const session = (count: number, socket: Socket): Session =>
    new Session(count, socket, {
      ...{ clock, zone, faults, framing: settings.framing ?? "whole", serverVersionMax: settings.serverVersionMax ?? 193 },
      ...{ messagesPerSecond: settings.messagesPerSecond ?? null, accounts: () => changing.accounts },
      nextOrderId: (client) => broker.orders.nextOrderId(client),
      taken: (client) => hub.taken(client),
      opened: (one) => hub.enter(one),
      closed: (one) => hub.leave(one),
      answer: (one, request) => answer(one, ground, request),
      observe: settings.observe ?? null,
    });
  return { hub, control, session, attach: (door: Readonly<{ shut: (forMs: number) => void }>) => hub.attach(ground, door) };
}

/** Puts in what the account and the market begin with. */
function begin(settings: GatewaySettings, control: Control): void {
  for (const [currency, amount] of Object.entries(settings.cash ?? { USD: "1000000" })) control.cash(currency, amount, "opening balance");
  for (const { symbol, quantity, averageCost } of settings.positions ?? []) control.hold(symbol, quantity, averageCost);
  for (const [symbol, price] of Object.entries(settings.prices ?? {})) control.quote(symbol, around(price));
}

/** Bid and ask a cent around a last price. */
export function around(price: string): Readonly<{ bid: string; ask: string; last: string }> {
  const [last, cent] = [decimal(price), decimal("0.01")];
  return { bid: plain(last > cent ? last - cent : last), ask: plain(last + cent), last: price };
}
