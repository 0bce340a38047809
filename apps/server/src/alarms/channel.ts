import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type AlarmChannelConfig, type AlarmsConfig, explain, type SecretReference } from "@bulkhead/contract";
import type { Secret } from "../secrets/secret.ts";
import type { KeptAlarm, MessageKind } from "./alarm.ts";
import { fetchOutbound, OutboundFailure } from "./outbound.ts";

/** What came of one try to tell somebody. `answer` is safe to show: no address, no token. */
export type Told = Readonly<{ ok: boolean; answer: string; retryAfterMs: number | null }>;

/** A way to tell people. Never throws. */
export type Channel = Readonly<{
  /** "ntfy at https://ntfy.example.com": for people. */
  name: string;
  tell: (alarm: KeptAlarm, message: Readonly<{ messageId: number; kind: MessageKind }>, signal?: AbortSignal) => Promise<Told>;
}>;

/** Where secrets are found: the environment, the folder that their files are relative to, and the desk's own. */
export type SecretPlaces = Readonly<{
  environment: Readonly<Record<string, string | undefined>>;
  folder: string;
  secretOf?: ((id: string) => Secret | undefined) | undefined;
}>;

const TIMEOUT_MS = 10_000;
const ANSWER_MAX = 200;

/** The channel of a configuration; secrets are looked up anew for each message, so that a changed one counts at once. */
export function channelOf(config: Pick<AlarmsConfig, "channel" | "allowPrivate">, places: SecretPlaces): Channel | undefined {
  const { channel, allowPrivate } = config;
  if (channel === null) return undefined;
  return {
    name: `${channel.kind} at ${typeof channel.url === "string" ? new URL(channel.url).origin : "a secret address"}`,
    tell: async (alarm, message, signal) => {
      const body = channel.kind === "ntfy" ? ntfyOf(alarm, message, channel.topic ?? "") : webhookOf(alarm, message);
      try {
        const url = textOf(channel.url, places);
        const {
          status,
          retryAfterMs,
          body: answer,
        } = await fetchOutbound({
          url: channel.kind === "ntfy" ? new URL("/", url).href : url,
          method: "POST",
          headers: headersOf(channel, message.messageId, places),
          body: JSON.stringify(body),
          allowPrivate,
          timeoutMs: TIMEOUT_MS,
          signal,
        });
        return { ok: status >= 200 && status < 300, answer: shown(`${status} ${answer}`, channel, places), retryAfterMs };
      } catch (error) {
        return { ok: false, answer: shown(failureText(error), channel, places), retryAfterMs: null };
      }
    },
  };
}

function headersOf(channel: AlarmChannelConfig, messageId: number, places: SecretPlaces): Readonly<Record<string, string>> {
  const token = channel.token === null ? undefined : textOf(channel.token, places);
  return {
    "Content-Type": "application/json",
    "Idempotency-Key": `bulkhead-alarm-${messageId}`,
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
}

const failureText = (error: unknown): string => {
  if (error instanceof OutboundFailure) return error.message;
  if (error instanceof SecretMissing) return error.message;
  return "the message could not be made";
};

/** A secret that is named and not there. */
class SecretMissing extends Error {}

/** A secret's text. Throws `SecretMissing`, with its name only. */
export function textOf(written: string | SecretReference, { environment, folder, secretOf }: SecretPlaces): string {
  if (typeof written === "string") return written;
  if ("env" in written) {
    const value = environment[written.env]?.trim() ?? "";
    if (value === "") throw new SecretMissing(`the environment has no ${written.env}`);
    return value;
  }
  if ("secret" in written) {
    const value = secretOf?.(written.secret)?.expose() ?? "";
    if (value === "") throw new SecretMissing(`the desk has no secret ${written.secret}`);
    return value;
  }
  try {
    return readFileSync(resolve(folder, written.file), "utf8").trim();
  } catch {
    throw new SecretMissing(`the file ${written.file} cannot be read`);
  }
}

/** One short line without what is secret, whatever the other side sends back. */
function shown(text: string, channel: AlarmChannelConfig, places: SecretPlaces): string {
  const secrets = [channel.token, typeof channel.url === "string" ? null : channel.url]
    .filter((reference) => reference !== null)
    .map((reference) => {
      try {
        return textOf(reference, places);
      } catch {
        return "";
      }
    });
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return secrets.reduce((clean, secret) => (secret === "" ? clean : clean.replaceAll(secret, "[redacted]")), line).slice(0, ANSWER_MAX);
}

const TITLES: Readonly<Record<MessageKind, string>> = { raised: "", again: "still: ", resolved: "over: ", test: "test: " };
/** Urgent, high, default; what is over is never urgent. */
const PRIORITY = { info: 3, warning: 4, critical: 5 } as const;
const TAGS = { info: "information_source", warning: "warning", critical: "rotating_light" } as const;

/** https://docs.ntfy.sh/publish/#publish-as-json */
function ntfyOf(alarm: KeptAlarm, { kind }: Readonly<{ kind: MessageKind }>, topic: string): object {
  const isOver = kind === "resolved";
  return {
    topic,
    title: titleOf(alarm, kind),
    message: explain(alarm.code, alarm.params),
    priority: isOver ? 3 : PRIORITY[alarm.severity],
    tags: [isOver ? "white_check_mark" : TAGS[alarm.severity]],
  };
}

/** `text` is what chat programs show; the rest is for programs. */
function webhookOf(alarm: KeptAlarm, { messageId, kind }: Readonly<{ messageId: number; kind: MessageKind }>): object {
  return {
    text: `${titleOf(alarm, kind)}\n${explain(alarm.code, alarm.params)}`,
    message_id: messageId,
    alarm_id: alarm.alarmId,
    kind,
    key: alarm.key,
    code: alarm.code,
    severity: alarm.severity,
    account_id: alarm.account,
    portfolio_id: alarm.portfolio,
    says: explain(alarm.code, alarm.params),
    raised_at: new Date(alarm.raisedAt).toISOString(),
    resolved_at: alarm.resolvedAt === null ? null : new Date(alarm.resolvedAt).toISOString(),
  };
}

function titleOf({ code, severity, account, portfolio }: KeptAlarm, kind: MessageKind): string {
  const where = [account, portfolio].filter((name) => name !== null).join("/");
  const what = code.toLowerCase().replaceAll("_", " ");
  return `Bulkhead ${TITLES[kind]}${kind === "resolved" || kind === "test" ? "" : `${severity}: `}${what}${where === "" ? "" : ` (${where})`}`;
}
