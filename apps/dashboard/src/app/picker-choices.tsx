import { Command } from "cmdk";
import { type ReactNode, useEffect, useRef } from "react";
import { StateBadge } from "../features/portfolios/state-badge.tsx";
import { useBook } from "../shared/api/live.ts";
import { Change, Money } from "../shared/ui/figures.tsx";
import { recentlyPicked, usePicked } from "./picked.ts";

const ITEM =
  "flex min-h-11 cursor-pointer items-center justify-between gap-3 rounded px-2 text-sm data-[selected=true]:bg-sunken aria-checked:font-semibold";

/** Which portfolio is looked at, found by typing; "All portfolios" is one of them. */
export function PickerChoices({ onDone }: Readonly<{ onDone: () => void }>): ReactNode {
  const [picked, pick] = usePicked();
  const recent = recentlyPicked();
  const rank = (id: string): number => recent.indexOf(id) + 1 || Number.POSITIVE_INFINITY;
  const book = useBook().filter(({ portfolio }) => portfolio.status !== "archived");
  const ordered = [...book].sort((a, b) => rank(a.portfolio.portfolio_id) - rank(b.portfolio.portfolio_id) || 0);
  const take = (id: string): void => {
    onDone();
    pick(id);
  };
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <Command label="Portfolio" className="flex flex-col gap-2">
      <Command.Input
        ref={input}
        placeholder="Its name…"
        className="min-h-11 w-full rounded-md border border-line-strong bg-surface px-3 text-base outline-none"
      />
      <Command.List className="max-h-[50dvh] overflow-auto">
        <Command.Empty className="p-4 text-center text-sm text-muted">No portfolio is called that.</Command.Empty>
        <Command.Item value="all portfolios *" onSelect={() => take("*")} className={ITEM} aria-checked={picked === "*"}>
          All portfolios
        </Command.Item>
        {ordered.map(({ portfolio }) => (
          <Command.Item
            key={portfolio.portfolio_id}
            value={`${portfolio.name} ${portfolio.portfolio_id}`}
            onSelect={() => take(portfolio.portfolio_id)}
            className={ITEM}
            aria-checked={picked === portfolio.portfolio_id}
          >
            <span className="flex min-w-0 items-center gap-2">
              <span className="truncate">{portfolio.name}</span>
              {portfolio.trading_state === "active" ? null : <StateBadge portfolio={portfolio} />}
            </span>
            <span className="flex gap-3 text-xs">
              <Money value={portfolio.equity} className="text-muted" />
              <Change value={portfolio.day_pnl} />
            </span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
