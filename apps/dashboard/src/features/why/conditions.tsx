import type { Why } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { Ago, At } from "../../shared/ui/figures.tsx";
import { enoughOf, figure, lookWords } from "./look-words.ts";

type Decides = NonNullable<Why["decides"]>;
type Condition = Decides["conditions"][number];

type Props = Readonly<{ decides: Decides; instrument: string | null; onBack: (barsAgo: number) => void }>;

/** What a strategy saw at one closed bar, condition by condition, and what would have been enough; bar by bar into the past. */
export function Conditions({ decides, instrument, onBack }: Props): ReactNode {
  const { conditions, bars_ago: ago } = decides;
  return (
    <section aria-label="Its conditions" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">Its conditions at {ago === 0 ? "the last bar" : `the bar ${ago} before the last`}</h3>
        {decides.by === "schedule" || decides.by === "fills" ? null : (
          <span className="flex gap-2">
            <Button small onClick={() => onBack(ago + 1)} disabled={conditions.length === 0}>
              Bar before
            </Button>
            <Button small onClick={() => onBack(ago - 1)} disabled={ago === 0}>
              Next bar
            </Button>
          </span>
        )}
      </div>
      {decides.schedule_due_at === null ? null : (
        <p>
          It decides on a schedule, the next time from <At value={decides.schedule_due_at} /> on (<Ago value={decides.schedule_due_at} />
          ), at the first bar that closes then.
        </p>
      )}
      {decides.by === "fills" ? <p>It is asked at fills alone.</p> : null}
      {ago === 0 ? null : <p className="text-muted">Asked again with the position and the memory of now.</p>}
      {conditions.length === 0 && (decides.by === "bars" || decides.by === "bars and schedule") ? (
        <p className="text-muted">
          {ago > 0 ? "It has no bar that is older." : "It does not work in this instrument, or does not answer now."}
        </p>
      ) : null}
      <ul className="flex flex-col gap-2">
        {conditions.map((condition) => (
          <One key={condition.instrument} condition={condition} isAlone={instrument !== null} />
        ))}
      </ul>
      {conditions.length > 0 && instrument === null ? (
        <p className="text-muted">Choose one instrument above, and the smallest change that would have been enough is looked for.</p>
      ) : null}
    </section>
  );
}

function One({ condition, isAlone }: Readonly<{ condition: Condition; isAlone: boolean }>): ReactNode {
  const { instrument, bar_at, warm_up_left: left, looks, wished } = condition;
  return (
    <li className="flex flex-col gap-1.5 rounded-md border border-line p-3">
      <p className="flex flex-wrap items-center gap-2">
        <b className="font-medium">{instrument}</b>
        <At value={bar_at} className="text-xs text-muted" />
        {left > 0 ? <Badge tone="warn">{left} bars of warm-up left</Badge> : null}
        {wished === null ? null : <Badge tone="good">wants to trade</Badge>}
      </p>
      {wished === null ? null : <p>It wants to {wished}.</p>}
      <ul className="flex flex-col gap-1">
        {looks.map((look, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same look may be taken twice, in this order
          <li key={index} className="flex items-baseline gap-2">
            <Met met={look.met} />
            <span>{lookWords(look)}</span>
          </li>
        ))}
      </ul>
      {left === 0 && wished === null && looks.length === 0 ? (
        <p className="text-muted">It looked at none of its lines: something before them decided, as a position or an order that waits.</p>
      ) : null}
      {isAlone && left === 0 && wished === null ? <Nearest condition={condition} /> : null}
    </li>
  );
}

const Met = ({ met }: Readonly<{ met: boolean | null }>): ReactNode =>
  met === null ? (
    <span aria-hidden className="w-14 shrink-0 text-center text-muted">
      ·
    </span>
  ) : (
    <Badge tone={met ? "good" : "neutral"}>{met ? "met" : "not met"}</Badge>
  );

/** The smallest change of one line that would have led to a wish. */
function Nearest({ condition: { nearest, looks } }: Readonly<{ condition: Condition }>): ReactNode {
  if (looks.length === 0) return null;
  if (nearest.length === 0) return <p className="text-muted">No change of one line alone would have been enough.</p>;
  return (
    <div>
      <p className="font-medium">Would have been enough, alone:</p>
      <ul className="ml-4 list-disc">
        {nearest.map((each) => (
          <li key={each.line}>
            {enoughOf(each)} <span className="text-muted">({figure(each.value)} now)</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
