import type { AlarmRow } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { Ago } from "../../shared/ui/figures.tsx";
import { Answered, Empty, Failed } from "../../shared/ui/states.tsx";

const TONES = { info: "neutral", warning: "warn", critical: "danger" } as const;

/** What somebody must look at, and whether anybody was told. */
export function AlarmsPanel(): ReactNode {
  const alarms = useAsk("listAlarms", {}, { everyMs: 10_000 });
  return (
    <div className="flex flex-col gap-4 p-4">
      <Channel />
      <Answered query={alarms}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No alarms">Nothing had to be looked at yet.</Empty>
          ) : (
            <ul className="flex flex-col gap-2">
              {data.map((alarm) => (
                <Alarm key={alarm.alarm_id} alarm={alarm} />
              ))}
            </ul>
          )
        }
      </Answered>
    </div>
  );
}

function Channel(): ReactNode {
  const channel = useAsk("getAlarmChannel", {}, { everyMs: 10_000 });
  const test = useChange("testAlarms", ["listAlarms", "getAlarmChannel"]);
  const said = test.data?.data;
  return (
    <Answered query={channel} rows={1}>
      {({ data }) => (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line p-3 text-sm">
          <div>
            {data.channel === null ? (
              <p>Nobody is told. A [alarms] table in bulkhead.toml names a channel: ntfy or a webhook.</p>
            ) : (
              <p>
                Told to <b>{data.channel}</b> from {data.min_severity} on; {data.pending} waiting.
              </p>
            )}
            {data.heartbeat === null ? null : (
              <p className="text-muted">
                Heartbeat {data.heartbeat.outcome} <Ago value={data.heartbeat.at} /> {data.heartbeat.answer}
              </p>
            )}
            {said === undefined ? null : (
              <p role="status" className={said.delivered ? "text-accent" : "text-danger"}>
                {said.delivered ? `Heard after ${said.took_ms} ms.` : "Not heard."} {said.answer}
              </p>
            )}
            {test.error === null ? null : <Failed error={test.error} />}
          </div>
          <Button busy={test.isPending} onClick={() => test.mutate({ body: {} })}>
            Test it
          </Button>
        </div>
      )}
    </Answered>
  );
}

function Alarm({ alarm }: Readonly<{ alarm: AlarmRow }>): ReactNode {
  const acknowledge = useChange("acknowledgeAlarm", ["listAlarms"]);
  return (
    <li
      className={`flex flex-wrap items-start justify-between gap-3 rounded-md border border-line p-3 text-sm ${alarm.active ? "" : "opacity-70"}`}
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={TONES[alarm.severity]}>{alarm.severity}</Badge>
          {alarm.active ? null : <Badge>over</Badge>}
          {alarm.portfolio_id === null ? null : <span className="text-muted">{alarm.portfolio_id}</span>}
          <Ago value={alarm.raised_at} className="text-muted" />
        </p>
        <p className="mt-1">{alarm.says}</p>
        <p className="text-xs text-muted">
          <code className="font-mono">{alarm.code}</code>
          {alarm.delivery === null
            ? null
            : ` · ${alarm.delivery.state}${alarm.delivery.answer === null ? "" : `: ${alarm.delivery.answer}`}`}
        </p>
      </div>
      {alarm.active && alarm.acknowledged_at === null ? (
        <Button small busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ params: { alarm_id: alarm.alarm_id }, body: {} })}>
          I look at it
        </Button>
      ) : alarm.acknowledged_by === null ? null : (
        <span className="text-xs text-muted">seen by {alarm.acknowledged_by}</span>
      )}
    </li>
  );
}
