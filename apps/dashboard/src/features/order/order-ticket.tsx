import { type ReactNode, useDeferredValue, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useAsk, useChange, useQuestion } from "../../shared/api/queries.ts";
import { bare } from "../../shared/format/amount.ts";
import { useAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import { cn } from "../../shared/ui/cn.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { InstrumentFinder } from "../instruments/instrument-finder.tsx";
import { type Draft, EMPTY_DRAFT, orderOf, wantsLimit, wantsTrigger } from "./draft.ts";
import { PreviewPicture } from "./preview-picture.tsx";
import { quantityOf, SIZES } from "./sizing.ts";

/** An order by hand: whose it is comes first, what it would do is shown before it is sent. Open wherever the address says `order`. */
export function OrderTicket(): ReactNode {
  const [{ order, instrument }, change] = useAddress();
  return (
    <Dialog
      open={order !== undefined}
      onClose={() => change({ order: undefined, instrument: undefined })}
      title="Order"
      description="It passes the same risk gate as every strategy's."
    >
      {order === undefined ? null : <Ticket key={`${order}/${instrument}`} first={{ portfolio: order, instrument: instrument ?? "" }} />}
    </Dialog>
  );
}

type SetDraft = (changes: Partial<Draft>) => void;

function Ticket({ first }: Readonly<{ first: Pick<Draft, "portfolio" | "instrument"> }>): ReactNode {
  const [draft, setAll] = useState<Draft>({ ...EMPTY_DRAFT, ...first });
  const set: SetDraft = (changes) => setAll((before) => ({ ...before, ...changes }));
  const [, change] = useAddress();
  const portfolio = useBook().find((held) => held.portfolio.portfolio_id === draft.portfolio)?.portfolio;
  const instruments = useAsk("listInstruments", { query: { limit: 500 } }).data;
  const terms = instruments?.data.find((row) => row.instrument === draft.instrument);
  const price = wantsLimit(draft) ? draft.limit : wantsTrigger(draft) ? draft.trigger : (terms?.mark ?? "");
  const sized = quantityOf({
    kind: draft.size,
    amount: draft.amount,
    price: price === "" ? null : Number(price),
    stop: draft.stopLoss === "" ? null : Number(draft.stopLoss),
    equity: Number(portfolio?.equity ?? 0),
    multiplier: Number(terms?.multiplier ?? 1),
    increment: terms?.size_increment ?? "1",
  });
  const order = orderOf(draft, "quantity" in sized ? sized.quantity : undefined);
  const preview = useQuestion("previewOrder", useDeferredValue(order));
  const place = useChange("placeOrder");
  const isGood = order !== undefined && (preview.data?.data.would === "place" || preview.data?.data.would === "reduce");
  const symbol = terms?.symbol ?? draft.instrument;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (order === undefined) return;
        place.mutate(
          { body: order },
          {
            onSuccess: () => {
              say(`Sent: ${order.side} ${bare(order.quantity)} ${symbol} for ${portfolio?.name ?? draft.portfolio}`);
              change({ order: undefined, instrument: undefined });
            },
          },
        );
      }}
    >
      <Whose draft={draft} set={set} />
      <SideSwitch side={draft.side} onSide={(side) => set({ side })} />
      <What draft={draft} set={set} instruments={instruments?.data.map((row) => ({ value: row.instrument, label: row.symbol })) ?? []} />
      <HowMuch draft={draft} set={set} sized={sized} />
      <Terms draft={draft} set={set} />
      <PreviewPicture order={order} preview={preview} portfolio={portfolio} />
      {place.error === null ? null : <Failed error={place.error} />}
      <Button kind="primary" type="submit" busy={place.isPending} disabled={!isGood}>
        {order === undefined
          ? "Say what and how much"
          : `${order.side === "buy" ? "Buy" : "Sell"} ${bare(order.quantity)} ${symbol} for ${portfolio?.name ?? draft.portfolio} (${instruments?.mode ?? "…"})`}
      </Button>
    </form>
  );
}

function Whose({ draft, set }: Readonly<{ draft: Draft; set: SetDraft }>): ReactNode {
  const portfolios = useBook().filter(({ portfolio }) => portfolio.status !== "archived" && portfolio.portfolio_id !== "unattributed");
  return (
    <SelectField
      label="Portfolio"
      required
      value={draft.portfolio}
      onChange={(event) => set({ portfolio: event.target.value })}
      options={[
        { value: "", label: "For which portfolio?" },
        ...portfolios.map(({ portfolio }) => ({ value: portfolio.portfolio_id, label: portfolio.name })),
      ]}
    />
  );
}

function SideSwitch({ side, onSide }: Readonly<{ side: Draft["side"]; onSide: (side: Draft["side"]) => void }>): ReactNode {
  return (
    <fieldset className="grid grid-cols-2 gap-2">
      <legend className="sr-only">Side</legend>
      {(["buy", "sell"] as const).map((each) => (
        <label
          key={each}
          className={cn(
            "flex min-h-10 cursor-pointer items-center justify-center rounded-md border text-sm font-medium has-focus-visible:outline-2",
            side === each
              ? each === "buy"
                ? "border-gain bg-gain/15 text-gain"
                : "border-loss bg-loss/15 text-loss"
              : "border-line text-muted",
          )}
        >
          <input type="radio" name="side" className="sr-only" checked={side === each} onChange={() => onSide(each)} />
          {each === "buy" ? "Buy" : "Sell"}
        </label>
      ))}
    </fieldset>
  );
}

const TYPES = [
  { value: "market", label: "Market" },
  { value: "limit", label: "Limit" },
  { value: "stop", label: "Stop" },
  { value: "stop_limit", label: "Stop limit" },
];

function What({
  draft,
  set,
  instruments,
}: Readonly<{ draft: Draft; set: SetDraft; instruments: readonly Readonly<{ value: string; label: string }>[] }>): ReactNode {
  return (
    <div className="grid grid-cols-2 gap-3">
      <SelectField
        label="Instrument"
        required
        value={draft.instrument}
        onChange={(event) => set({ instrument: event.target.value })}
        options={[{ value: "", label: "Which?" }, ...instruments]}
      />
      <SelectField
        label="Type"
        value={draft.type}
        onChange={(event) => set({ type: event.target.value as Draft["type"] })}
        options={TYPES}
      />
      <div className="col-span-2 flex flex-col">
        <InstrumentFinder onChoose={({ instrument }) => set({ instrument })} />
      </div>
      {wantsTrigger(draft) ? <Price label="Stop price" value={draft.trigger} onValue={(trigger) => set({ trigger })} /> : null}
      {wantsLimit(draft) ? <Price label="Limit price" value={draft.limit} onValue={(limit) => set({ limit })} /> : null}
    </div>
  );
}

const Price = ({
  label,
  value,
  onValue,
  hint,
}: Readonly<{ label: string; value: string; onValue: (value: string) => void; hint?: string }>): ReactNode => (
  <TextField
    label={label}
    inputMode="decimal"
    pattern="\d+(\.\d+)?"
    value={value}
    onChange={(event) => onValue(event.target.value.trim())}
    {...(hint === undefined ? {} : { hint })}
  />
);

function HowMuch({ draft, set, sized }: Readonly<{ draft: Draft; set: SetDraft; sized: ReturnType<typeof quantityOf> }>): ReactNode {
  const hint =
    "missing" in sized
      ? draft.amount === ""
        ? undefined
        : sized.missing
      : draft.size === "units"
        ? undefined
        : `${bare(sized.quantity)} units`;
  return (
    <div className="grid grid-cols-[1fr_9rem] gap-3">
      <TextField
        label="How much"
        required
        inputMode="decimal"
        value={draft.amount}
        onChange={(event) => set({ amount: event.target.value.trim() })}
        {...(hint === undefined ? {} : { hint })}
      />
      <SelectField
        label="Counted in"
        value={draft.size}
        onChange={(event) => set({ size: event.target.value as Draft["size"] })}
        options={SIZES.map(({ id, label }) => ({ value: id, label }))}
      />
    </div>
  );
}

const LASTS = [
  { value: "day", label: "Today" },
  { value: "gtc", label: "Until canceled" },
  { value: "ioc", label: "At once, else canceled" },
  { value: "fok", label: "All at once, or nothing" },
];

function Terms({ draft, set }: Readonly<{ draft: Draft; set: SetDraft }>): ReactNode {
  return (
    <details className="rounded-md border border-line p-3" open={draft.stopLoss !== "" || draft.takeProfit !== "" || draft.size === "risk"}>
      <summary className="text-sm font-medium">Stop, target and how long it lasts</summary>
      <div className="mt-3 grid grid-cols-2 gap-3">
        <Price label="Stop" value={draft.stopLoss} onValue={(stopLoss) => set({ stopLoss })} hint="Armed once it is filled." />
        <Price label="Target" value={draft.takeProfit} onValue={(takeProfit) => set({ takeProfit })} />
        <SelectField
          label="Lasts"
          value={draft.lasts}
          onChange={(event) => set({ lasts: event.target.value as Draft["lasts"] })}
          options={LASTS}
        />
        <label className="flex items-center gap-2 self-end pb-2 text-sm">
          <input type="checkbox" checked={draft.reduceOnly} onChange={(event) => set({ reduceOnly: event.target.checked })} /> Only reduce
        </label>
        <ReasonField
          className="col-span-2"
          required={false}
          value={draft.reason}
          onValue={(reason) => set({ reason })}
          hint="Kept with the order."
        />
      </div>
    </details>
  );
}
