import { createWriteStream, readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  FaultInvalid,
  type GatewaySettings,
  openControlPort,
  readFault,
  readTranscript,
  startGateway,
  startReplay,
  TranscriptInvalid,
  transcriptLine,
  type WireEntry,
} from "@bulkhead/tws-gateway";
import { CommandFailure, type Options, type Shell } from "../shell.ts";

const PORT = 4002;
/** What a client may send in a second at IBKR. */
const MESSAGES_PER_SECOND = 50;
const PRICES = ["AAPL=201.94", "MSFT=412.5", "AMZN=223.1", "NVDA=181.2", "GOOG=176.8", "META=610.4", "TSLA=322.6"];
const MORE_PRICES = ["SPY=602.3", "QQQ=528.9", "IWM=225.4", "EUR.USD=1.0825"];

/** `bulkhead sim ibkr`: a gateway, or the replay of one, until Ctrl-C. With `--json` a line says where, then one each message. */
export async function simulateIbkr(shell: Shell, options: Options): Promise<0> {
  const json = options["json"] === true;
  const say = (facts: Readonly<Record<string, unknown>>, text: string): void => shell.out(json ? `${JSON.stringify(facts)}\n` : text);
  const replay = textOf(options, "replay");
  const ends = replay === undefined ? await runGateway(shell, options, say) : await runReplay(shell, options, replay, say);
  await untilStopped(shell);
  for (const end of ends) await end();
  return 0;
}

type Say = (facts: Readonly<Record<string, unknown>>, text: string) => void;
type End = () => Promise<void>;

async function runGateway(shell: Shell, options: Options, say: Say): Promise<readonly End[]> {
  const record = recorder(shell, textOf(options, "record"));
  const observe = (entry: WireEntry): void => {
    record.write(entry);
    if (options["json"] === true) shell.out(`${transcriptLine(entry)}\n`);
  };
  const settings = settingsOf(shell, options);
  const gateway = await busyOrElse(settings.port ?? PORT, startGateway({ ...settings, observe }));
  const asked = textOf(options, "control");
  const control =
    asked === undefined
      ? undefined
      : await busyOrElse(numberOf(asked, "control"), openControlPort(gateway.control, numberOf(asked, "control")));
  const { host, port } = gateway;
  const { account } = gateway.control.truth();
  const lines = [
    `Simulated IB Gateway at ${host}:${port}, account ${account}. No order leaves this machine.`,
    `Prices: ${Object.entries(settings.prices ?? {})
      .map(([symbol, price]) => `${symbol} ${price}`)
      .join(", ")}.`,
    ...(control === undefined ? [] : [`Control: 127.0.0.1:${control.port}, a JSON object per line.`]),
    "Ctrl-C ends it. How to use it: docs/simulated-gateway.md.",
  ];
  say({ host, port, account, control: control?.port ?? null }, `${lines.join("\n")}\n`);
  return [gateway.close, async () => control?.close(), record.end];
}

async function runReplay(shell: Shell, options: Options, path: string, say: Say): Promise<readonly End[]> {
  const transcript = transcriptOf(shell, path);
  const pace = textOf(options, "pace");
  const port = numberOf(textOf(options, "port") ?? String(PORT), "port");
  const replay = await busyOrElse(
    port,
    startReplay(transcript, {
      ...{ host: textOf(options, "host") ?? "127.0.0.1", port, pace: pace === undefined ? null : factorOf(pace) },
      unknown: ([id = ""]) => shell.err(`Note: message ${id} is not in the transcript, or not again; it stays unanswered.\n`),
    }),
  );
  const connections = new Set(transcript.map(({ connection }) => connection)).size;
  const facts = { host: replay.host, port: replay.port, messages: transcript.length, connections };
  say(facts, `Replaying ${transcript.length} messages of ${connections} connections at ${replay.host}:${replay.port}. Ctrl-C ends it.\n`);
  return [replay.close];
}

/** What the flags say of the gateway. */
function settingsOf(shell: Shell, options: Options): GatewaySettings {
  const account = textOf(options, "account");
  const master = textOf(options, "master");
  const version = textOf(options, "serverVersion");
  const prices = [...PRICES, ...MORE_PRICES, ...textsOf(options, "prices").flatMap((one) => pricesOf(shell, one))];
  return {
    port: numberOf(textOf(options, "port") ?? String(PORT), "port"),
    host: textOf(options, "host") ?? "127.0.0.1",
    messagesPerSecond: MESSAGES_PER_SECOND,
    readOnly: options["readOnly"] === true,
    prices: Object.fromEntries(prices.map((pair) => pairOf(pair, "prices"))),
    positions: textsOf(options, "position").map(holdingOf),
    faults: textsOf(options, "fault").map(faultFrom),
    ...(account === undefined ? {} : { account }),
    ...(master === undefined ? {} : { masterClient: numberOf(master, "master") }),
    ...(version === undefined ? {} : { serverVersionMax: versionOf(version) }),
    ...(options["cash"] === undefined ? {} : { cash: cashOf(textsOf(options, "cash")) }),
  };
}

const textOf = (options: Options, name: string): string | undefined => (typeof options[name] === "string" ? options[name] : undefined);
const textsOf = (options: Options, name: string): readonly string[] => {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
};
const wrong = (message: string): CommandFailure => new CommandFailure("CLI_USAGE", { message }, { exitCode: 2 });

function numberOf(text: string, name: string): number {
  if (!/^\d{1,9}$/.test(text)) throw wrong(`--${name} ${text} is no number`);
  const number = Number(text);
  if ((name === "port" || name === "control") && number > 65_535) throw wrong(`--${name} ${text} is no port`);
  return number;
}

function versionOf(text: string): number {
  const version = numberOf(text, "server-version");
  if (version < 173 || version > 193) throw wrong(`--server-version ${text} is not from 173 to 193`);
  return version;
}

function factorOf(text: string): number {
  const factor = Number(text);
  if (!(factor > 0 && factor <= 1_000_000)) throw wrong(`--pace ${text} is no factor`);
  return factor;
}

/** `SYMBOL=PRICE` as it is; anything else is a file of such lines. */
function pricesOf(shell: Shell, said: string): readonly string[] {
  if (said.includes("=")) return [said];
  return readText(shell, said)
    .split("\n")
    .map((line) => line.trim().replace(/^([^,=]+),/, "$1="))
    .filter((line) => line !== "" && !line.startsWith("#") && !/^symbol=/i.test(line));
}

function pairOf(text: string, name: string): readonly [string, string] {
  const [, symbol = "", amount = ""] = /^\s*([A-Za-z0-9.]{1,20})\s*=\s*(\d+(?:\.\d{1,8})?)\s*$/.exec(text) ?? [];
  if (symbol === "") throw wrong(`--${name} ${text} is not like AAPL=201.94`);
  return [symbol, amount];
}

function holdingOf(text: string): Readonly<{ symbol: string; quantity: string; averageCost: string }> {
  const [, symbol = "", quantity = "", averageCost = ""] =
    /^([A-Za-z0-9.]{1,20})=(-?\d+(?:\.\d{1,8})?)@(\d+(?:\.\d{1,8})?)$/.exec(text) ?? [];
  if (symbol === "") throw wrong(`--position ${text} is not like MSFT=10@390.50`);
  return { symbol, quantity, averageCost };
}

function cashOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map((text) => pairOf(text.includes("=") ? text : `USD=${text}`, "cash")));
}

function faultFrom(text: string) {
  try {
    return readFault(text);
  } catch (error) {
    if (error instanceof FaultInvalid) throw wrong(`--fault ${text}: ${error.reason}`);
    throw error;
  }
}

function transcriptOf(shell: Shell, path: string): readonly WireEntry[] {
  try {
    const transcript = readTranscript(readText(shell, path));
    if (transcript.length > 0) return transcript;
  } catch (error) {
    if (!(error instanceof TranscriptInvalid)) throw error;
    throw new CommandFailure("CLI_TRANSCRIPT_INVALID", { path, line: error.line, reason: error.reason }, { exitCode: 2 });
  }
  throw new CommandFailure("CLI_TRANSCRIPT_INVALID", { path, line: 1, reason: "nothing is in it" }, { exitCode: 2 });
}

function readText(shell: Shell, path: string): string {
  try {
    return readFileSync(resolve(shell.folder, path), "utf8");
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNREADABLE", { path, reason: String((error as { code?: unknown }).code) }, { cause: error });
  }
}

type Recorder = Readonly<{ write: (entry: WireEntry) => void; end: End }>;

/** Writes each message to a file; the first trouble with it is said, and the gateway goes on. Ended when all of it is written. */
function recorder(shell: Shell, path: string | undefined): Recorder {
  if (path === undefined) return { write: () => {}, end: async () => {} };
  const file = createWriteStream(resolve(shell.folder, path), { mode: 0o600 });
  file.once("error", (error: NodeJS.ErrnoException) => {
    file.on("error", () => {}); // Said once.
    shell.err(`${new CommandFailure("CLI_FILE_UNWRITABLE", { path, reason: String(error.code) }).message}\n`);
  });
  return {
    write: (entry) => {
      if (file.writable) file.write(`${transcriptLine(entry)}\n`);
    },
    end: () => new Promise((ended) => (file.closed ? ended() : file.once("close", () => ended()).end())),
  };
}

async function busyOrElse<Started>(port: number, starting: Promise<Started>): Promise<Started> {
  try {
    return await starting;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    throw new CommandFailure("CLI_PORT_TAKEN", { port, reason: String(code) }, { cause: error });
  }
}

function untilStopped({ stopped }: Shell): Promise<void> {
  return new Promise((end) => {
    if (stopped === undefined || stopped.aborted) end();
    else stopped.addEventListener("abort", () => end(), { once: true });
  });
}
