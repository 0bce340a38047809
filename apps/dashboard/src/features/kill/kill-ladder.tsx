import type { KillOutcome } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useAsk, useChange, useQuestion } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import { cn } from "../../shared/ui/cn.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField } from "../../shared/ui/field.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed, Loading } from "../../shared/ui/states.tsx";
import { ActiveKills } from "./active-kills.tsx";
import { KillPicture } from "./kill-picture.tsx";

const LEVELS = [
  { level: "pause", title: "Pause entries", about: "No new risk. Open orders, stops and exits go on." },
  { level: "cancel", title: "Cancel orders", about: "Entries paused, and every open entry order canceled. Positions keep their stops." },
  { level: "flatten", title: "Flatten", about: "All of that, and every position of its own share closed at the market." },
] as const;
type Level = (typeof LEVELS)[number]["level"];

/** The way down, step by step: what each step would do is shown before it is taken. Open wherever the address says `kill`. */
export function KillLadder(): ReactNode {
  const [{ kill }, change] = useAddress();
  return (
    <Dialog
      open={kill !== undefined}
      onClose={() => change({ kill: undefined })}
      title="Stop trading"
      description="Takes effect at once, survives a restart, and stays until a person clears it with a reason."
    >
      {kill === undefined ? null : <Ladder key={kill} scope={kill === "" ? "*" : kill} onScope={(scope) => change({ kill: scope })} />}
    </Dialog>
  );
}

function Ladder({ scope, onScope }: Readonly<{ scope: string; onScope: (scope: string) => void }>): ReactNode {
  const [level, setLevel] = useState<Level>("pause");
  const [reason, setReason] = useState("");
  const kills = useAsk("listKills");
  const engage = useChange("engageKill", ["listKills", "getStatus", "listPortfolios"]);
  const whom = scope === "*" ? {} : { portfolio_id: scope };
  const preview = useQuestion("previewKill", { ...whom, level });
  const step = LEVELS.find((each) => each.level === level);
  if (engage.data !== undefined) return <Done outcome={engage.data.data} />;
  return (
    <div className="flex flex-col gap-4">
      <ActiveKills kills={kills.data?.data ?? []} />
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          engage.mutate({ body: { ...whom, level, reason: reason.trim() } });
        }}
      >
        <Whose scope={scope} onScope={onScope} />
        <Steps level={level} onLevel={setLevel} />
        <section aria-label="What it will do" aria-live="polite" className="rounded-md border border-line bg-sunken p-3 text-sm">
          {preview.data === undefined ? (
            preview.isPending ? (
              <Loading rows={2} />
            ) : (
              <Failed error={preview.error} />
            )
          ) : (
            <KillPicture outcome={preview.data.data} tense="will" />
          )}
        </section>
        <ReasonField value={reason} onValue={setReason} hint="Kept in the journal; whoever clears it will read it." />
        {engage.error === null ? null : <Failed error={engage.error} />}
        <Button kind="danger" type="submit" busy={engage.isPending} disabled={!isReason(reason)}>
          {step?.title} {scope === "*" ? "in the whole account" : `of ${scope}`}
        </Button>
      </form>
    </div>
  );
}

function Whose({ scope, onScope }: Readonly<{ scope: string; onScope: (scope: string) => void }>): ReactNode {
  const portfolios = useBook().filter(({ portfolio }) => portfolio.status !== "archived" && portfolio.portfolio_id !== "unattributed");
  return (
    <SelectField
      label="Whose trading"
      value={scope}
      onChange={(event) => onScope(event.target.value)}
      options={[
        { value: "*", label: "The whole account" },
        ...portfolios.map(({ portfolio }) => ({ value: portfolio.portfolio_id, label: portfolio.name })),
      ]}
    />
  );
}

function Steps({ level, onLevel }: Readonly<{ level: Level; onLevel: (level: Level) => void }>): ReactNode {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-muted">How far</legend>
      {LEVELS.map(({ level: each, title, about }, index) => (
        <label
          key={each}
          className={cn(
            "flex cursor-pointer items-start gap-3 rounded-md border p-3",
            each === level ? "border-danger bg-sunken" : "border-line",
          )}
        >
          <input
            type="radio"
            name="level"
            value={each}
            checked={each === level}
            onChange={() => onLevel(each)}
            className="mt-1 accent-danger"
          />
          <span>
            <span className="font-medium">
              {index + 1}. {title}
            </span>
            <span className="block text-sm text-muted">{about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Done({ outcome }: Readonly<{ outcome: KillOutcome }>): ReactNode {
  const [, change] = useAddress();
  return (
    <div className="flex flex-col gap-4 text-sm">
      <p className="text-base font-medium">Done, and durable.</p>
      <KillPicture outcome={outcome} tense="has" />
      <Button onClick={() => change({ kill: undefined })}>Close</Button>
    </div>
  );
}
