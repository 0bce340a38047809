import type { AnswerOf, BodyOf, PortfolioRow } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { Money, Percent, Plain } from "../../shared/ui/figures.tsx";
import { Failed } from "../../shared/ui/states.tsx";

type Preview = Readonly<{ data: AnswerOf<"previewOrder"> | undefined; error: unknown; isFetching: boolean }>;

/** What the gate says to an order before it is sent, with its figures. */
export function PreviewPicture({
  order,
  preview,
  portfolio,
}: Readonly<{ order: BodyOf<"placeOrder"> | undefined; preview: Preview; portfolio: PortfolioRow | undefined }>): ReactNode {
  if (order === undefined) return null;
  const said = preview.data?.data;
  return (
    <section aria-label="What it would do" aria-live="polite" className="rounded-md border border-line bg-sunken p-3 text-sm">
      {said === undefined ? (
        preview.error === null ? (
          <p className="text-muted">Asking the gate…</p>
        ) : (
          <Failed error={preview.error} />
        )
      ) : (
        <>
          <p className={said.would === "deny" || said.would === "refuse" ? "font-medium text-danger" : "font-medium"}>
            {said.sentence ?? WORDS[said.would]}
          </p>
          <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            <Line name="Price">
              <Plain value={said.quote} />
            </Line>
            <Line name="Worth">
              <Money value={said.notional} />
            </Line>
            <Line name="Fee">
              <Plain value={said.fee} /> {said.fee_asset}
            </Line>
            {said.allowed === said.asked || said.would === "deny" || said.would === "refuse" ? null : (
              <Line name="Allowed">
                <Plain value={said.allowed} /> of <Plain value={said.asked} />
              </Line>
            )}
            <Line name="Cash">
              {portfolio === undefined ? null : <Money value={portfolio.current_balance} />} → <Money value={said.cash_after} />
            </Line>
            <Line name="Position">
              <Plain value={said.position_before} /> → <Plain value={said.position_after} />
              {said.weight_after === null ? null : (
                <>
                  {" "}
                  (<Percent value={said.weight_after} digits={1} /> of equity)
                </>
              )}
            </Line>
            <Line name="Added at risk">{said.risk_added === null ? "no stop, so all of it" : <Money value={said.risk_added} />}</Line>
            <Line name="The whole account holds">
              <Plain value={said.account_before} /> → <Plain value={said.account_after} />
            </Line>
          </dl>
        </>
      )}
    </section>
  );
}

const WORDS = { place: "Within every limit.", reduce: "It would be made smaller.", deny: "Denied.", refuse: "Refused." } as const;

const Line = ({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactNode => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd className="text-right">{children}</dd>
  </>
);
