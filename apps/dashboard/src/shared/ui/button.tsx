import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

const KINDS = {
  primary: "bg-accent text-on-accent hover:opacity-90",
  plain: "border border-line bg-raised text-ink hover:border-line-strong",
  quiet: "text-muted hover:bg-sunken hover:text-ink",
  danger: "bg-danger text-on-danger hover:opacity-90",
} as const;

export type ButtonProps = ComponentProps<"button"> & Readonly<{ kind?: keyof typeof KINDS; small?: boolean; busy?: boolean }>;

/** A button. While `busy` it stays where it is, says so to a screen reader and takes no second press. */
export function Button({ kind = "plain", small = false, busy = false, className, disabled, children, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy}
      className={cn(
        "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors disabled:opacity-50",
        small ? "min-h-7 px-2 text-xs" : "min-h-9 px-3 text-sm",
        KINDS[kind],
        className,
      )}
    >
      {children}
    </button>
  );
}
