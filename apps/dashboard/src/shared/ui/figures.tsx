import { type PointerEvent, type ReactNode, useSyncExternalStore } from "react";
import { money, percent, plain, sign, signed } from "../format/amount.ts";
import { ago, exact } from "../format/time.ts";
import { viewNow } from "../view.ts";
import { cn } from "./cn.ts";

/** Nothing known: not zero. */
export const None = (): ReactNode => <span className="text-muted">–</span>;

/** Every digit, once somebody points at it: thousands of figures have none written that nobody looks at. */
const exactly = (value: string) => (event: PointerEvent<HTMLElement>) => {
  event.currentTarget.title = plain(value);
};

type Shown = Readonly<{ value: string | null | undefined; className?: string; digits?: number }>;

/** An amount of money; every digit of it on hover. */
export function Money({ value, className, digits }: Shown): ReactNode {
  if (value === null || value === undefined) return <None />;
  return (
    <span onPointerEnter={exactly(value)} className={cn("figures", className)}>
      {money(value, digits)}
    </span>
  );
}

/** A gain or a loss: sign, and colour besides. */
export function Change({ value, className, digits }: Shown): ReactNode {
  if (value === null || value === undefined) return <None />;
  return (
    <span onPointerEnter={exactly(value)} className={cn("figures", toneOf(value), className)}>
      {signed(value, digits)}
    </span>
  );
}

/** A fraction as a percentage. */
export function Percent({ value, className, digits, toned = false }: Shown & Readonly<{ toned?: boolean }>): ReactNode {
  if (value === null || value === undefined) return <None />;
  return (
    <span onPointerEnter={exactly(value)} className={cn("figures", toned && toneOf(value), className)}>
      {percent(value, digits)}
    </span>
  );
}

/** A quantity or a price: all its digits. */
export function Plain({ value, className }: Shown): ReactNode {
  if (value === null || value === undefined) return <None />;
  return <span className={cn("figures", className)}>{plain(value)}</span>;
}

type Instant = Readonly<{ value: string | null | undefined; zone?: string; className?: string }>;

/** How long ago, exactly on hover; exact where a person wants all times so. */
export const Ago = (instant: Instant): ReactNode => (viewNow().times === "exact" ? <Exactly {...instant} /> : <SinceThen {...instant} />);

/** An exact instant, in the chosen zone unless told; how long ago where a person wants all times so. */
export const At = (instant: Instant): ReactNode => (viewNow().times === "relative" ? <SinceThen {...instant} /> : <Exactly {...instant} />);

/** Never older than it says by more than a second. */
function SinceThen({ value, zone, className }: Instant): ReactNode {
  const now = useNow();
  if (value === null || value === undefined) return <None />;
  return (
    <time dateTime={value} title={exact(value, zone)} className={cn("figures whitespace-nowrap", className)}>
      {ago(value, now)}
    </time>
  );
}

function Exactly({ value, zone, className }: Instant): ReactNode {
  if (value === null || value === undefined) return <None />;
  return (
    <time dateTime={value} title={value} className={cn("figures whitespace-nowrap", className)}>
      {exact(value, zone)}
    </time>
  );
}

const toneOf = (value: string): string => ({ [-1]: "text-loss", [0]: "text-ink", [1]: "text-gain" })[sign(value)];

/** One clock for all that says how long ago; it stands while nobody looks. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
/** The present, to the second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
