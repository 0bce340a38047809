import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { ExplainDrawer } from "../features/explain/explain-drawer.tsx";
import { KillLadder } from "../features/kill/kill-ladder.tsx";
import { OrderTicket } from "../features/order/order-ticket.tsx";
import { WhyDrawer } from "../features/why/why-drawer.tsx";
import { useLiveState } from "../shared/api/live.ts";
import { useAsk } from "../shared/api/queries.ts";
import { useAddress } from "../shared/search.ts";
import { Button } from "../shared/ui/button.tsx";
import { Empty } from "../shared/ui/states.tsx";
import { AccountPicker } from "./account-picker.tsx";
import { Banners } from "./banners.tsx";
import { Connection } from "./connection.tsx";
import { Icon } from "./icons.tsx";
import { PAGES, type PagePath } from "./navigation.ts";
import { Palette } from "./palette.tsx";
import { StepUpDialog } from "./step-up-dialog.tsx";
import { nextTheme, themeNow } from "./theme.ts";

/** What every page has around it: where to go, which account and how its money is, whether the desk answers. */
export function Shell(): ReactNode {
  const { status } = useLiveState();
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13rem_minmax(0,1fr)]">
      <a href="#page" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-raised focus:p-3">
        Skip to the page
      </a>
      <Sidebar />
      <div className="flex min-w-0 flex-col">
        <TopBar />
        <Banners />
        <main
          id="page"
          data-stale={status === "lost"}
          className="data-[stale=true]:opacity-60 data-[stale=true]:grayscale mx-auto w-full max-w-[110rem] min-w-0 flex-1 p-3 pb-24 sm:p-5 sm:pb-24 lg:pb-6"
        >
          <Outlet />
        </main>
      </div>
      <PhoneBar />
      <Palette />
      <KillLadder />
      <OrderTicket />
      <ExplainDrawer />
      <WhyDrawer />
      <StepUpDialog />
    </div>
  );
}

function Sidebar(): ReactNode {
  return (
    <nav aria-label="Pages" className="sticky top-0 hidden h-dvh flex-col gap-1 border-r border-line bg-surface p-3 lg:flex">
      <Link to="/" className="mb-3 flex items-center gap-2 px-2 py-1 text-base font-semibold">
        <img src="/icon.svg" alt="" className="size-7" /> Bulkhead
      </Link>
      {PAGES.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === "/" }}
          className="flex min-h-10 items-center gap-3 rounded-md px-2 text-sm text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-ink"
        >
          <Icon of={to} /> {label}
        </Link>
      ))}
      <ThemeSwitch />
    </nav>
  );
}

function PhoneBar(): ReactNode {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {PAGES.filter(({ phone }) => phone).map(({ to, label }) => (
        <PhoneLink key={to} to={to} label={label} />
      ))}
      <PhoneLink to="/settings" label="More" />
    </nav>
  );
}

const PhoneLink = ({ to, label }: Readonly<{ to: PagePath; label: string }>): ReactNode => (
  <Link
    to={to}
    activeOptions={{ exact: to === "/" }}
    className="flex min-h-14 flex-col items-center justify-center gap-0.5 text-[0.7rem] text-muted data-[status=active]:text-accent"
  >
    <Icon of={to} /> {label}
  </Link>
);

function TopBar(): ReactNode {
  return (
    <header className="sticky top-0 z-20 flex min-h-14 items-center gap-2 border-b border-line bg-surface/95 px-3 backdrop-blur sm:px-5">
      <AccountPicker />
      <Connection />
      <div className="flex-1" />
      <Doing />
    </header>
  );
}

/** What can be done from everywhere. */
function Doing(): ReactNode {
  const [, change] = useAddress();
  const kills = useAsk("listKills");
  const isStopped = (kills.data?.data.length ?? 0) > 0;
  return (
    <>
      <Button kind="primary" onClick={() => change({ order: "" })}>
        Order
      </Button>
      <Button
        kind={isStopped ? "danger" : "plain"}
        className={isStopped ? "" : "border-danger/60 text-danger"}
        onClick={() => change({ kill: "*" })}
      >
        {isStopped ? "Stopped" : "Stop"}
      </Button>
    </>
  );
}

function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState(themeNow);
  return (
    <button
      type="button"
      className="mt-auto flex min-h-10 items-center gap-3 rounded-md px-2 text-left text-sm text-muted hover:bg-sunken hover:text-ink"
      onClick={() => setTheme(nextTheme())}
    >
      Theme: {theme}
    </button>
  );
}

export function NotFound(): ReactNode {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <Empty
      title="There is no such page"
      action={
        <Link to="/" className="text-accent underline">
          All portfolios
        </Link>
      }
    >
      Nothing is at {path}.
    </Empty>
  );
}
