import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type ReactNode, useEffect, useState } from "react";
import { useBook } from "../shared/api/live.ts";
import { useAsk } from "../shared/api/queries.ts";
import { useAddress } from "../shared/search.ts";
import { Dialog } from "../shared/ui/dialog.tsx";
import { setView, viewNow } from "../shared/view.ts";
import { PAGES } from "./navigation.ts";
import { CHORD_MS, isTyping, SHORTCUTS } from "./shortcuts.ts";

/** Everything by name: pages, portfolios, instruments, and what can be done. Opens with Ctrl or Command and K. */
export function Palette({ onPick }: Readonly<{ onPick: () => void }>): ReactNode {
  const [open, setOpen] = useState<"palette" | "help" | undefined>(undefined);
  useKeys(setOpen, onPick);
  return (
    <>
      <Dialog open={open === "palette"} onClose={() => setOpen(undefined)} title="Go to, or do">
        <Choices onDone={() => setOpen(undefined)} />
      </Dialog>
      <Dialog open={open === "help"} onClose={() => setOpen(undefined)} title="Keys">
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
          {SHORTCUTS.map(({ keys, about }) => (
            <div key={keys} className="contents">
              <dt>
                <kbd className="rounded border border-line-strong px-1.5 font-mono text-xs">{keys}</kbd>
              </dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  );
}

function Choices({ onDone }: Readonly<{ onDone: () => void }>): ReactNode {
  const navigate = useNavigate();
  const [, change] = useAddress();
  const portfolios = useBook();
  const instruments = useAsk("listInstruments", { query: { limit: 500 } }).data?.data ?? [];
  const doing = (action: () => void) => () => {
    onDone();
    action();
  };
  return (
    <Command label="Go to, or do" className="flex flex-col gap-2">
      <Command.Input
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

/** Single keys work only where nobody types; no key that a browser has a use for is taken. */
function useKeys(open: (what: "palette" | "help") => void, pick: () => void): void {
  const navigate = useNavigate();
  const [, change] = useAddress();
  useEffect(() => {
    let chordUntil = 0;
    const pressed = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const isChord = Date.now() < chordUntil;
      chordUntil = !isChord && event.key === "g" ? Date.now() + CHORD_MS : 0;
      const page = isChord ? PAGES.find(({ chord }) => chord === event.key) : undefined;
      if (page !== undefined) void navigate({ to: page.to });
      else if (isChord && event.key === "p") pick();
      else if (event.key === "?") open("help");
      else if (event.key === "b" && !isChord) change({ order: "" });
      else if (event.key === "v" && !isChord) setView({ isPrivate: !viewNow().isPrivate });
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [navigate, change, open, pick]);
}
