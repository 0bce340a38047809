import type { ReactNode } from "react";
import type { Held } from "../../shared/api/book.ts";
import { Badge, type Tone } from "../../shared/ui/badge.tsx";

const TONES: Readonly<Record<Held["portfolio"]["trading_state"], Tone>> = {
  active: "good",
  reducing: "warn",
  cancel_only: "warn",
  read_only: "neutral",
  halted: "danger",
};

/** What a portfolio may do now; why, on hover. */
export const StateBadge = ({ portfolio }: Readonly<{ portfolio: Held["portfolio"] }>): ReactNode => (
  <Badge tone={TONES[portfolio.trading_state]} title={portfolio.state_reason}>
    {portfolio.trading_state.replace("_", " ")}
  </Badge>
);
