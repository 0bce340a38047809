import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type ReactNode, useEffect, useRef } from "react";
import { useBook } from "../shared/api/live.ts";
import { useAsk } from "../shared/api/queries.ts";
import { useAddress } from "../shared/search.ts";
import { setView, viewNow } from "../shared/view.ts";
import { PAGES } from "./navigation.ts";

/** Everything that can be gone to or done, found by typing. */
export function Choices({ onDone }: Readonly<{ onDone: () => void }>): ReactNode {
  const navigate = useNavigate();
  const [, change] = useAddress();
  const portfolios = useBook();
  const instruments = useAsk("listInstruments", { query: { limit: 500 } }).data?.data ?? [];
  const doing = (action: () => void) => () => {
    onDone();
    action();
  };
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <Command label="Go to, or do" className="flex flex-col gap-2">
      <Command.Input
        ref={input}
        placeholder="A portfolio, a page, an instrument, an action…"
        className="min-h-11 w-full rounded-md border border-line-strong bg-surface px-3 text-base outline-none"
      />
      <Command.List className="max-h-[50dvh] overflow-auto">
        <Command.Empty className="p-4 text-center text-sm text-muted">Nothing is called that.</Command.Empty>
        <Group heading="Do">
          <Choice onSelect={doing(() => change({ order: "" }))}>New order</Choice>
          <Choice onSelect={doing(() => change({ kill: "*" }))}>Stop trading in the whole account</Choice>
          <Choice onSelect={doing(() => setView({ isPrivate: !viewNow().isPrivate }))}>
            {viewNow().isPrivate ? "Show amounts" : "Hide amounts"}
          </Choice>
        </Group>
        <Group heading="Pages">
          {PAGES.map(({ to, label }) => (
            <Choice key={to} onSelect={doing(() => void navigate({ to }))}>
              {label}
            </Choice>
          ))}
        </Group>
        <Group heading="Portfolios">
          {portfolios.map(({ portfolio }) => (
            <Choice
              key={portfolio.portfolio_id}
              value={`${portfolio.name} ${portfolio.portfolio_id}`}
              onSelect={doing(() => void navigate({ to: "/p/$portfolioId", params: { portfolioId: portfolio.portfolio_id } }))}
            >
              {portfolio.name}
            </Choice>
          ))}
        </Group>
        <Group heading="Trade">
          {instruments.map(({ instrument, symbol }) => (
            <Choice key={instrument} value={`trade ${symbol} ${instrument}`} onSelect={doing(() => change({ order: "", instrument }))}>
              Order {symbol}
            </Choice>
          ))}
        </Group>
      </Command.List>
    </Command>
  );
}

const Group = ({ heading, children }: Readonly<{ heading: string; children: ReactNode }>): ReactNode => (
  <Command.Group heading={heading} className="text-xs text-muted [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1">
    {children}
  </Command.Group>
);

const Choice = ({ value, onSelect, children }: Readonly<{ value?: string; onSelect: () => void; children: ReactNode }>): ReactNode => (
  <Command.Item
    {...(value === undefined ? {} : { value })}
    onSelect={onSelect}
    className="flex min-h-9 cursor-pointer items-center rounded px-2 text-sm text-ink data-[selected=true]:bg-sunken"
  >
    {children}
  </Command.Item>
);
