import {
  AccountChoice,
  AlarmChannelRow,
  AlarmList,
  AlarmRow,
  AlarmTested,
  Cursor,
  explain,
  PageLimit,
  systemAnswerOf,
} from "@bulkhead/contract";
import { z } from "zod";
import type { AlarmMessage, KeptAlarm } from "../../alarms/alarm.ts";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { cursorOf, placeOf } from "../paging.ts";
import { iso, isoOrNull } from "../rows/figures.ts";
import { accountOf } from "../scope.ts";
import { type Principal, sees } from "../security/principal.ts";
import type { Services } from "../services.ts";
import { overseen } from "./system.ts";

/** How long the answer to a test waits for the channel. */
const TEST_MS = 12_000;

const AlarmsQuery = z.strictObject({
  account_id: AccountChoice.optional(),
  state: z.enum(["active", "all"]).default("all"),
  limit: PageLimit,
  cursor: Cursor.optional(),
});
const OneAlarm = z.strictObject({ alarm_id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** What somebody must look at, whether it was told, and a way to try that. */
export function alarmRoutes(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/alarms",
      operationId: "listAlarms",
      summary: "Alarms that go on and recent ones, newest first, with how far their messages came",
      action: "read",
      query: AlarmsQuery,
      answer: AlarmList,
      csv: true,
    },
    ({ principal, query }) => {
      const { alarms } = alarmsOf(services);
      const accounts =
        query.account_id === undefined && principal.account === null
          ? [...services.desk.accounts.keys()]
          : [accountOf(services.desk, principal, query.account_id).id];
      const before = Number(placeOf(query.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
      const { portfolios } = principal;
      const found = alarms.list({ accounts, portfolios, activeOnly: query.state === "active", before, limit: query.limit + 1 });
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      const data = page.map((alarm) => alarmRow(alarm, alarms.messagesOf(alarm.alarmId)[0]));
      return { body: { data, next_cursor: last === undefined || found.length <= query.limit ? null : cursorOf([last.alarmId]) } };
    },
  );
  api.read(
    {
      path: "/api/alarms/channel",
      operationId: "getAlarmChannel",
      summary: "Where alarms go, how many wait, and the last heartbeat",
      action: "read",
      answer: systemAnswerOf(AlarmChannelRow),
    },
    ({ principal }) => {
      overseen(services.desk, principal, "read");
      const { alarms, heartbeat } = alarmsOf(services);
      const beat = heartbeat?.last ?? null;
      const data: AlarmChannelRow = {
        channel: alarms.channel,
        min_severity: alarms.minSeverity,
        pending: alarms.pending,
        heartbeat: beat === null ? null : { at: iso(beat.at), outcome: beat.outcome, answer: beat.answer },
      };
      return { body: { data } };
    },
  );
  testRoute(api);
  acknowledgeRoute(api);
}

function testRoute(api: Api): void {
  const { services } = api;
  api.write(
    {
      method: "post",
      path: "/api/alarms/test",
      operationId: "testAlarms",
      summary: "Send a test the way of every alarm; says what the channel answered",
      action: "admin",
      body: z.strictObject({}),
      answer: systemAnswerOf(AlarmTested),
    },
    async ({ principal }) => {
      overseen(services.desk, principal, "admin");
      const tested = await alarmsOf(services).alarms.test(principal.id, TEST_MS);
      if (tested === undefined) throw new HttpFailure(409, "ALARM_CHANNEL_MISSING");
      const { alarm, message, tookMs } = tested;
      const data: AlarmTested = {
        alarm_id: alarm.alarmId,
        delivered: message?.state === "delivered",
        took_ms: tookMs,
        answer: message?.answer ?? "",
      };
      return { body: { data } };
    },
  );
}

function acknowledgeRoute(api: Api): void {
  const { services } = api;
  api.write(
    {
      method: "post",
      path: "/api/alarms/{alarm_id}/acknowledge",
      operationId: "acknowledgeAlarm",
      summary: "Somebody has looked: it is not told again; a break is over by that",
      action: "admin",
      params: OneAlarm,
      body: z.strictObject({}),
      answer: systemAnswerOf(AlarmRow),
    },
    async ({ principal, params }) => {
      const { alarms } = alarmsOf(services);
      const before = alarms.find(params.alarm_id);
      const alarm =
        before !== undefined && maySeeAlarm(services, principal, before) ? alarms.acknowledge(params.alarm_id, principal.id) : undefined;
      if (alarm === undefined) throw new HttpFailure(404, "ALARM_UNKNOWN", { alarm: params.alarm_id });
      return { body: { data: alarmRow(alarm, alarms.messagesOf(alarm.alarmId)[0]) } };
    },
  );
}

/** What is about no account is for who may see all of one. */
export function maySeeAlarm({ desk }: Pick<Services, "desk">, principal: Principal, { account, portfolio }: KeptAlarm): boolean {
  if (account !== null) return sees(principal, account, portfolio ?? "*");
  return [...desk.accounts.keys()].some((each) => sees(principal, each, "*"));
}

function alarmsOf({ options }: Services): NonNullable<Services["options"]["alarms"]> {
  if (options.alarms === undefined) throw new HttpFailure(503, "ALARMS_UNAVAILABLE");
  return options.alarms;
}

/** An alarm as people see it; `message` is the last one about it. */
export function alarmRow(alarm: KeptAlarm, message: AlarmMessage | undefined): AlarmRow {
  const { alarmId, key, code, severity, account, portfolio, params, times } = alarm;
  return {
    alarm_id: alarmId,
    key,
    code,
    severity,
    account_id: account,
    portfolio_id: portfolio,
    says: explain(code, params),
    params,
    active: alarm.resolvedAt === null,
    times,
    raised_at: iso(alarm.raisedAt),
    resolved_at: isoOrNull(alarm.resolvedAt),
    acknowledged_at: isoOrNull(alarm.acknowledgedAt),
    acknowledged_by: alarm.acknowledgedBy,
    delivery:
      message === undefined
        ? null
        : {
            kind: message.kind,
            state: message.state,
            attempts: message.attempts,
            delivered_at: isoOrNull(message.deliveredAt),
            answer: message.answer,
          },
  };
}
