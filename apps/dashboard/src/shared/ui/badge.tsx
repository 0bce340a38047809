import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const TONES = {
  neutral: "border-line text-muted",
  good: "border-accent/50 text-accent",
  warn: "border-warn/60 text-warn",
  danger: "border-danger/60 text-danger",
} as const;

export type Tone = keyof typeof TONES;

/** A short word in a frame: a state, a mode. Colour never says it alone. */
export function Badge({ tone = "neutral", title, children }: Readonly<{ tone?: Tone; title?: string; children: ReactNode }>): ReactNode {
  return (
    <span
      title={title}
      className={cn("inline-flex items-center rounded border px-1.5 py-px text-xs font-medium whitespace-nowrap", TONES[tone])}
    >
      {children}
    </span>
  );
}
