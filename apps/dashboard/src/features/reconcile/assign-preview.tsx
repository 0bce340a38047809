import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { Money, Plain } from "../../shared/ui/figures.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import { Standings } from "../standings/standings.tsx";
import type { Item } from "./answer.ts";

export type Preview = AnswerOf<"previewAssignment">["data"];
type Asked = Readonly<{ data: AnswerOf<"previewAssignment"> | undefined; error: unknown; isError: boolean }>;

/** How everybody would stand, as the desk says it; what is lacking before anybody presses. The account stays the same. */
export function AssignPreview({ item, preview: { data, error, isError } }: Readonly<{ item: Item; preview: Asked }>): ReactNode {
  if (isError) return <Failed error={error} />;
  const said = data?.data;
  return (
    <section
      aria-label="What it would do"
      aria-live="polite"
      className="flex min-h-28 flex-col gap-2 rounded-md border border-line bg-sunken p-3 text-sm"
    >
      {said === undefined ? <p className="text-muted">Asking the books…</p> : <Said item={item} said={said} />}
    </section>
  );
}

/** Without its venue: the window's title has both. */
const symbolOf = (instrument: string): string => instrument.split("@")[0] ?? instrument;

function Said({ item, said }: Readonly<{ item: Item; said: Preview }>): ReactNode {
  const { currency, lacking, problem, standings, left } = said;
  if (problem !== null)
    return (
      <>
        {lacking.map((each) => (
          <p key={each.portfolio_id} className="text-warn">
            <PortfolioName id={each.portfolio_id} /> lacks{" "}
            <b>
              <Money value={each.lacks} /> {currency}
            </b>
            : this takes <Money value={each.needs} />, and <Money value={each.available} /> is free.
          </p>
        ))}
        {lacking.length === 0 ? (
          <p className="text-warn">{problem.detail}</p>
        ) : (
          <p className="text-muted">Give it cash first (Capital, Transfer), or give it less of this.</p>
        )}
        <code className="font-mono text-xs text-muted">{problem.code}</code>
      </>
    );
  return (
    <>
      <Standings rows={standings} units={item.kind === "cash" ? null : symbolOf(item.instrument ?? item.asset)} currency={currency} />
      <p className="text-xs text-muted">
        Still nobody's of it afterwards: <Plain value={left} /> {item.asset}. The account stays as the venue has it.
      </p>
    </>
  );
}
