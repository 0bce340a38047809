import type { CapitalPlan } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { percent } from "../../shared/format/amount.ts";
import { Change, Money } from "../../shared/ui/figures.tsx";
import { Failed, Loading } from "../../shared/ui/states.tsx";

type Preview = Readonly<{ data: Readonly<{ data: CapitalPlan }> | undefined; error: unknown; isPending: boolean }>;

/** What a run would do, while it is asked for and when it cannot be told. */
export function PlanPreview({ preview: { data, error, isPending } }: Readonly<{ preview: Preview }>): ReactNode {
  if (data !== undefined) return <Plan plan={data.data} />;
  return isPending ? <Loading rows={3} /> : <Failed error={error} />;
}

/** How many transfers a run would make; 0 until it is told. */
export const movesOf = ({ data }: Pick<Preview, "data">): number => data?.data.moves.length ?? 0;

/** What the button says that makes them. */
export const makeText = (moves: number, none: string): string =>
  moves === 0 ? none : moves === 1 ? "Make 1 transfer" : `Make ${moves} transfers`;

/** What would move from whom to whom, and how everybody's share stands against what is wanted. */
function Plan({ plan }: Readonly<{ plan: CapitalPlan }>): ReactNode {
  return (
    <section aria-label="What would move" className="flex flex-col gap-2 rounded-md border border-line bg-sunken p-3 text-sm">
      {plan.moves.length === 0 ? <p>Nothing would move.</p> : null}
      <ul className="flex flex-col gap-1">
        {plan.moves.map((move) => (
          <li key={`${move.from_portfolio_id}/${move.to_portfolio_id}`} className="flex justify-between gap-3">
            <span>
              {move.from_portfolio_id} → {move.to_portfolio_id}
            </span>
            <Money value={move.amount} />
          </li>
        ))}
      </ul>
      <ul className="mt-1 flex flex-col gap-1 text-muted">
        {plan.shares.map(({ portfolio_id, weight, target, wants }) => (
          <li key={portfolio_id} className="flex justify-between gap-3">
            <span>
              {portfolio_id}: {weight === null ? "–" : percent(weight, 1)} of {target === null ? "–" : percent(target, 1)}
            </span>
            <Change value={wants} />
          </li>
        ))}
      </ul>
      {/[1-9]/.test(plan.short) ? (
        <p className="text-warn">
          <Money value={plan.short} /> more is wanted than is free.
        </p>
      ) : null}
    </section>
  );
}
