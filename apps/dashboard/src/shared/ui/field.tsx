import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

export const INPUT =
  "min-h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-sm text-ink placeholder:text-muted disabled:opacity-60 aria-invalid:border-danger";

type FieldProps = Readonly<{ label: string; hint?: ReactNode; error?: string | undefined; className?: string }>;

/** A label, its control, a hint, and why what stands there is not good. */
export function Field({
  label,
  hint,
  error,
  className,
  children,
}: FieldProps & Readonly<{ children: (ids: FieldIds) => ReactNode }>): ReactNode {
  const id = useId();
  const told = hint !== undefined || error !== undefined;
  return (
    <div className={cn("flex flex-col gap-1", className)}>
      <label htmlFor={id} className="text-xs font-medium text-muted">
        {label}
      </label>
      {children({ id, "aria-invalid": error !== undefined, ...(told ? { "aria-describedby": `${id}-told` } : {}) })}
      {told ? (
        <p id={`${id}-told`} className={cn("text-xs", error === undefined ? "text-muted" : "text-danger")}>
          {error ?? hint}
        </p>
      ) : null}
    </div>
  );
}

type FieldIds = Readonly<{ id: string; "aria-invalid": boolean; "aria-describedby"?: string }>;

export function TextField({ label, hint, error, className, ...input }: FieldProps & ComponentProps<"input">): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} {...(className === undefined ? {} : { className })}>
      {(ids) => <input {...ids} type="text" autoComplete="off" {...input} className={INPUT} />}
    </Field>
  );
}

type Option = Readonly<{ value: string; label: string }>;

export function SelectField({
  label,
  hint,
  error,
  className,
  options,
  ...select
}: FieldProps & Readonly<{ options: readonly Option[] }> & ComponentProps<"select">): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} {...(className === undefined ? {} : { className })}>
      {(ids) => (
        <select {...ids} {...select} className={INPUT}>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
