import type { Why } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useHeld } from "../../shared/api/live.ts";
import { useAsk } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField } from "../../shared/ui/field.tsx";
import { At, Plain } from "../../shared/ui/figures.tsx";
import { Answered } from "../../shared/ui/states.tsx";
import { Conditions } from "./conditions.tsx";
import { type Denial, smallestChange } from "./smallest-change.ts";
import { WhyStrategy } from "./why-strategy.tsx";

/** Why a portfolio does not trade: what holds it back, what the gate would say, and what it said. Open wherever the address says `why`. */
export function WhyDrawer(): ReactNode {
  const [{ why }, change] = useAddress();
  const [portfolio = "", instrument] = (why ?? "").split("/");
  const name = useHeld(portfolio)?.portfolio.name ?? portfolio;
  return (
    <Dialog
      place="side"
      open={why !== undefined}
      onClose={() => change({ why: undefined })}
      title={`Why no trade? ${name}`}
      description="Asked of the books, of the risk gate and of its receipts, now."
    >
      {why === undefined ? null : (
        <Reasons
          portfolio={portfolio}
          instrument={instrument}
          onInstrument={(id) => change({ why: id === "" ? portfolio : `${portfolio}/${id}` }, { replace: true })}
        />
      )}
    </Dialog>
  );
}

type Props = Readonly<{ portfolio: string; instrument: string | undefined; onInstrument: (id: string) => void }>;

function Reasons({ portfolio, instrument, onInstrument }: Props): ReactNode {
  const [barsAgo, setBarsAgo] = useState(0);
  const asked = useAsk(
    "why",
    { query: { portfolio_id: portfolio, bars_ago: barsAgo, ...(instrument === undefined ? {} : { instrument }) } },
    { everyMs: 5_000 },
  );
  const instruments = useAsk("listInstruments", { query: { limit: 500 } }).data?.data ?? [];
  return (
    <div className="flex flex-col gap-5 text-sm">
      <SelectField
        label="Of what"
        value={instrument ?? ""}
        onChange={(event) => {
          setBarsAgo(0);
          onInstrument(event.target.value);
        }}
        options={[{ value: "", label: "Anything" }, ...instruments.map((row) => ({ value: row.instrument, label: row.symbol }))]}
      />
      <Answered query={asked}>
        {({ data }) => (
          <>
            <Holding why={data} />
            <WhyStrategy portfolio={portfolio} instrument={data.instrument ?? undefined} />
            {data.decides === null ? null : <Conditions decides={data.decides} instrument={data.instrument} onBack={setBarsAgo} />}
            <Verdicts why={data} />
            <Denials why={data} />
          </>
        )}
      </Answered>
    </div>
  );
}

function Holding({ why }: Readonly<{ why: Why }>): ReactNode {
  return (
    <section aria-label="What holds it back" className="flex flex-col gap-2">
      <h3 className="font-semibold">What holds it back now</h3>
      {why.reasons.length === 0 ? (
        <p>Nothing. When its strategy wants to trade, it can.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {why.reasons.map(({ code, sentence, details }) => (
            <li key={`${code}${details}`} className="rounded-md border border-warn/60 p-3">
              <p>{sentence}</p>
              {details === "" ? null : <p className="mt-1 text-muted">{details}</p>}
              <code className="font-mono text-xs text-muted">{code}</code>
            </li>
          ))}
        </ul>
      )}
      {why.market_open === false ? (
        <p className="text-warn">
          Its market is closed{why.next_open_at === null ? "." : ", until "}
          {why.next_open_at === null ? null : <At value={why.next_open_at} />}
        </p>
      ) : null}
    </section>
  );
}

function Verdicts({ why }: Readonly<{ why: Why }>): ReactNode {
  if (why.instrument === null) return null;
  return (
    <section aria-label="What the gate would say" className="flex flex-col gap-2">
      <h3 className="font-semibold">What the gate would say to the smallest entry</h3>
      <ul className="flex flex-col gap-2">
        {why.entries.map(({ side, would, code, sentence, scope, bound, observed }) => (
          <li key={side} className="rounded-md border border-line p-3">
            <Badge tone={would === "place" ? "good" : "danger"}>{side === "buy" ? "buy" : "sell"}</Badge>{" "}
            {would === "place" ? "It would be placed." : (sentence ?? "It would not be placed.")}
            {code === null ? null : <code className="block font-mono text-xs text-muted">{code}</code>}
            {would === "deny" ? <Would denial={{ rule: code, scope, bound, observed }} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

const text = (row: Readonly<Record<string, unknown>>, name: string): string | null =>
  row[name] === null || row[name] === undefined ? null : String(row[name]);

function Denials({ why }: Readonly<{ why: Why }>): ReactNode {
  return (
    <section aria-label="What was denied" className="flex flex-col gap-2">
      <h3 className="font-semibold">What was denied lately</h3>
      {why.denials.length === 0 ? <p className="text-muted">Nothing.</p> : null}
      <ul className="flex flex-col gap-2">
        {why.denials.map((row) => (
          <li key={`${text(row, "seq")}/${text(row, "line")}`} className="rounded-md border border-line p-3">
            <div className="flex justify-between gap-3">
              <span>
                {text(row, "side")} <Plain value={text(row, "asked")} /> {text(row, "instrument")}
              </span>
              <At value={text(row, "at")} className="text-xs text-muted" />
            </div>
            <p className="mt-1 text-muted">{text(row, "sentence") ?? text(row, "rule")}</p>
            <Would denial={denialOf(row)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const denialOf = (row: Readonly<Record<string, unknown>>): Denial => ({
  rule: text(row, "rule"),
  scope: text(row, "scope"),
  bound: text(row, "bound"),
  observed: text(row, "observed"),
});

/** What would have been enough. */
function Would({ denial }: Readonly<{ denial: Denial }>): ReactNode {
  const change = smallestChange(denial);
  if (change === null) return null;
  return (
    <p className="mt-1">
      <span className="font-medium">Would have been enough:</span> {change}
    </p>
  );
}
