import "./harden.ts";
import { parseArgs } from "node:util";
import { explain } from "@bulkhead/contract";
import { openBrowser } from "./browser.ts";
import { lossSentence } from "./desk/loss.ts";
import { DeskProblem } from "./desk/problem.ts";
import { ListenRefused } from "./http/bind.ts";
import { lineText } from "./logs/desk-logs.ts";
import { SecretsProblem } from "./secrets/problem.ts";
import { type Serving, serve } from "./serve.ts";
import { recordCrash } from "./system/crashes.ts";
import { askHidden } from "./terminal.ts";

const USAGE = `Usage: bulkhead start [options]

opens the desk: portfolios trade in paper until it is stopped, on the embedded market, recorded prices or an exchange's ([feed])

  --data <folder>    where everything is kept; else BULKHEAD_HOME, else the platform's place for data
  --config <file>    a bulkhead.toml; else the one in this folder, else the demo desk
  --port <number>    default 5000, or the next free one
  --host <name>      default: this machine only (127.0.0.1 and ::1); any other wants TLS or a proxy, and a login
  --tls-cert <file>  PEM, with --tls-key
  --tls-key <file>
  --proxied          a proxy in front ends TLS; nobody else is answered
  --hosts <names>    names that it answers under besides its own, with commas
  --login            wants a login on this machine too
  --seed <number>    of the embedded market
  --no-open          do not open a browser; without a desktop's terminal none is opened anyway
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (lines: readonly string[]): void => void process.stderr.write(`${lines.join("\n")}\n`);

async function main(): Promise<void> {
  const options = {
    data: { type: "string" },
    config: { type: "string" },
    port: { type: "string" },
    host: { type: "string" },
    "tls-cert": { type: "string" },
    "tls-key": { type: "string" },
    proxied: { type: "boolean" },
    hosts: { type: "string" },
    login: { type: "boolean" },
    seed: { type: "string" },
    "no-open": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values } = parseArgs({ options, allowPositionals: false });
  if (values.help === true) return say(USAGE);
  let serving: Serving | undefined;
  // From the beginning: an exchange may be waited for, and nothing is open until it answers.
  stopOn(() => serving?.stop() ?? Promise.resolve());
  serving = await serve({
    ...values,
    tlsCert: values["tls-cert"],
    tlsKey: values["tls-key"],
    passphrase: () => askHidden("Passphrase of the secrets: "),
    // Only where a person looks on: in a log it would be there for whoever reads that.
    showSetup: process.stdout.isTTY
      ? (token) => say(`Nobody can log in yet. Make the first user within 15 minutes with this token: ${token}`)
      : undefined,
    port: wholeNumber("--port", values.port, 65_535),
    seed: wholeNumber("--seed", values.seed, Number.MAX_SAFE_INTEGER),
    environment: process.env,
    workingFolder: process.cwd(),
    say,
    // The journal is lost: nothing may be acknowledged any more, and the next start decides what stands.
    onLost: (error) => {
      if (serving !== undefined) recordCrash(serving.data, error, Date.now());
      complain([lossSentence(error, serving?.data)]);
      process.exit(70);
    },
    // JSON for programs, words for a person who looks on.
    onLine: (line) => {
      if (line.level === "warn" || line.level === "error") complain([lineText(line, process.stderr.isTTY !== true)]);
    },
  });
  const { desk, url, configFile, data, market } = serving;
  // Whatever went wrong that nobody expected: the state may be anything. The next start knows of it, and decides what stands.
  process.on("uncaughtException", (error) => {
    recordCrash(data, error, Date.now());
    complain([`DESK_CRASHED: ${explain("DESK_CRASHED", { reason: String(error) })}`, error instanceof Error ? (error.stack ?? "") : ""]);
    process.exit(70);
  });
  say(configFile === null ? "The demo desk: invented prices, paper money." : `Configured by ${configFile}.`);
  say(market);
  for (const note of desk.notes) say(`  ${note}`);
  say(`Everything is kept in ${data}`);
  say(`Bulkhead is at ${url}  (Ctrl-C stops it)`);
  if (values["no-open"] !== true)
    openBrowser(url, { platform: process.platform, environment: process.env, isTerminal: process.stdout.isTTY });
}

/** Once: entries stop, what was acknowledged is durable, the folder is let go. */
function stopOn(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      say("stopping");
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          complain([String(error)]);
          process.exit(1);
        },
      );
    });
  }
}

function wholeNumber(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new TypeError(`${flag} takes a whole number up to ${most}, not ${text}`);
}

try {
  await main();
} catch (error) {
  if (error instanceof DeskProblem) complain([error.message, ...error.details]);
  else if (error instanceof ListenRefused || error instanceof SecretsProblem || error instanceof TypeError) complain([error.message]);
  else complain([String(error instanceof Error ? error.stack : error)]);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
