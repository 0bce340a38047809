import { type ReactNode, useState } from "react";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Answered, Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { differenceOf, fieldsOf, type ParamField, type Params, paramsFrom, textOf } from "./params.ts";

/** What a portfolio runs now; `strategy` is null where nobody trades for it. */
export type Running = Readonly<{
  portfolio: string;
  strategy: string | null;
  params: Params;
  /** What it declares, as JSON Schema; undefined where it is nowhere. */
  schema?: Params | undefined;
}>;

/** Another strategy, or other params: a form made of what is declared, and the difference before it is made. */
export function ConfigureDialog({ running, onClose }: Readonly<{ running: Running | undefined; onClose: () => void }>): ReactNode {
  const types = useAsk("listStrategyTypes", {}, { enabled: running !== undefined });
  return (
    <Dialog
      open={running !== undefined}
      onClose={onClose}
      title={`Strategy of ${running?.portfolio ?? ""}`}
      description="Loaded and checked first. Positions, orders and exits stay; it decides by this from the next bar on."
    >
      {running === undefined ? null : (
        <Answered query={types}>{({ data }) => <Form running={running} types={data} onDone={onClose} />}</Answered>
      )}
    </Dialog>
  );
}

type Types = readonly Readonly<{ name: string; description: string; version: string; warm_up: number; params: Params }>[];

function Form({ running, types, onDone }: Readonly<{ running: Running; types: Types; onDone: () => void }>): ReactNode {
  const [name, setName] = useState(running.strategy ?? types[0]?.name ?? "");
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(Object.entries(running.params).map(([key, value]) => [key, textOf(value)])),
  );
  const change = useChange("configureStrategy", ["listStrategies", "getPortfolio", "listPortfolios", "getConfig", "listAudit"]);
  const type = types.find((each) => each.name === name);
  const isSame = name === running.strategy;
  const now = isSame ? running.params : {};
  const fields = fieldsOf(type?.params ?? (isSame ? running.schema : undefined), now);
  const params = paramsFrom(fields, typed);
  const difference = differenceOf(fields, now, params);
  const own = running.strategy !== null && !types.some((each) => each.name === running.strategy) ? [running.strategy] : [];
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(
          { params: { portfolio_id: running.portfolio }, body: { ...(isSame ? {} : { strategy: name }), params, reason: reason.trim() } },
          {
            onSuccess: () => {
              say(`${running.portfolio} runs ${name}`);
              onDone();
            },
          },
        );
      }}
    >
      <SelectField
        label="Strategy"
        value={name}
        hint={type?.description}
        onChange={(event) => {
          setName(event.target.value);
          if (event.target.value !== running.strategy) setTyped({});
        }}
        options={[
          ...own.map((value) => ({ value, label: `${value} (a file)` })),
          ...types.map((each) => ({ value: each.name, label: each.name })),
        ]}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        {fields.map((field) => (
          <ParamInput
            key={field.name}
            field={field}
            value={typed[field.name] ?? ""}
            onValue={(value) => setTyped((all) => ({ ...all, [field.name]: value }))}
          />
        ))}
      </div>
      <section aria-label="What changes" aria-live="polite" className="rounded-md border border-line bg-sunken p-3 text-sm">
        {isSame ? null : (
          <p>
            {running.strategy ?? "nobody"} → <b>{name}</b>
          </p>
        )}
        {difference.map(({ name: param, from, to }) => (
          <p key={param}>
            <span className="text-muted">{param}</span> <del>{from === "" ? "none" : from}</del> → <ins>{to === "" ? "none" : to}</ins>
          </p>
        ))}
        {isSame && difference.length === 0 ? <p className="text-muted">Nothing changes.</p> : null}
      </section>
      <ReasonField value={reason} onValue={setReason} hint="Kept in the audit." />
      {change.error === null ? null : <Failed error={change.error} />}
      <Button kind="primary" type="submit" busy={change.isPending} disabled={!isReason(reason) || (isSame && difference.length === 0)}>
        {isSame ? `Change ${difference.length === 1 ? "1 param" : `${difference.length} params`}` : `Run ${name}`}
      </Button>
    </form>
  );
}

type InputProps = Readonly<{ field: ParamField; value: string; onValue: (value: string) => void }>;

function ParamInput({ field: { name, kind, choices, fallback, about }, value, onValue }: InputProps): ReactNode {
  const isDefault = `Default${fallback === "" ? ": none" : `: ${fallback}`}`;
  if (kind === "choice" || kind === "flag")
    return (
      <SelectField
        label={name}
        hint={about === "" ? undefined : about}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        options={[
          { value: "", label: isDefault },
          ...(kind === "flag" ? ["true", "false"] : choices).map((each) => ({ value: each, label: each })),
        ]}
      />
    );
  return (
    <TextField
      label={name}
      hint={about === "" ? undefined : about}
      placeholder={isDefault}
      inputMode={kind === "text" ? "text" : "decimal"}
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}
