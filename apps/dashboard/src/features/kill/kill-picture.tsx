import type { KillOutcome } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { sum } from "../../shared/format/amount.ts";
import { Money, Plain } from "../../shared/ui/figures.tsx";

type Mention = KillOutcome["confirmed"][number];
type Exit = KillOutcome["exits"][number];

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** What a kill will do, or has done: never only that it worked. */
export function KillPicture({ outcome, tense }: Readonly<{ outcome: KillOutcome; tense: "will" | "has" }>): ReactNode {
  const { entries_stopped, confirmed, unconfirmed, not_cancellable, exits } = outcome;
  const will = tense === "will";
  return (
    <div className="flex flex-col gap-2">
      <p>
        {will ? "Stops" : "Stopped"} new risk in {count(entries_stopped.length, "portfolio")}
        {entries_stopped.length > 0 && entries_stopped.length <= 6 ? `: ${entries_stopped.join(", ")}` : ""}.
      </p>
      <Mentions title={will ? "Canceled at once" : "Canceled, confirmed by the venue"} orders={confirmed} />
      <Mentions title={will ? "Will be asked to cancel" : "Asked to cancel, not confirmed yet"} orders={unconfirmed} />
      <Mentions title="Cannot be canceled" orders={not_cancellable} />
      {exits.length === 0 ? null : <Exits title={will ? "Will be closed at the market" : "Being closed at the market"} exits={exits} />}
      {confirmed.length + unconfirmed.length + not_cancellable.length + exits.length === 0 ? (
        <p className="text-muted">No open orders and no positions are touched.</p>
      ) : null}
    </div>
  );
}

function Mentions({ title, orders }: Readonly<{ title: string; orders: readonly Mention[] }>): ReactNode {
  if (orders.length === 0) return null;
  return (
    <details open={orders.length <= 5}>
      <summary className="font-medium">
        {title}: {count(orders.length, "order")}
      </summary>
      <ul className="mt-1 ml-4 list-disc text-muted">
        {orders.map(({ order_id, portfolio_id, instrument, side, leaves }) => (
          <li key={order_id}>
            {portfolio_id}: {side} <Plain value={leaves} /> {instrument}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Exits({ title, exits }: Readonly<{ title: string; exits: readonly Exit[] }>): ReactNode {
  return (
    <details open={exits.length <= 5}>
      <summary className="font-medium">
        {title}: {count(exits.length, "position")}
      </summary>
      <Cost exits={exits} />
      <ul className="mt-1 ml-4 list-disc text-muted">
        {exits.map(({ portfolio_id, instrument, side, quantity, value, currency }) => (
          <li key={`${portfolio_id}/${instrument}`}>
            {portfolio_id}: {side} <Plain value={quantity} /> {instrument}
            {value === null ? null : (
              <>
                , about <Money value={value} /> {currency}
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What closing comes to, currency by currency: at the last marks, before what the market makes of it. */
function Cost({ exits }: Readonly<{ exits: readonly Exit[] }>): ReactNode {
  const fees = Map.groupBy(
    exits.filter(({ fee }) => fee !== null),
    ({ fee_asset }) => fee_asset ?? "",
  );
  const unknown = exits.filter(({ fee }) => fee === null).length;
  if (fees.size === 0) return <p className="text-muted">What closing costs is not known here.</p>;
  return (
    <p>
      Fees of closing, about{" "}
      {[...fees].map(([asset, rows], index) => (
        <span key={asset}>
          {index === 0 ? "" : " + "}
          <Money value={sum(rows.map(({ fee }) => fee ?? "0"))} /> {asset}
        </span>
      ))}
      {unknown === 0 ? "" : `, ${unknown} without a known fee`}; and half the spread.
    </p>
  );
}
