import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useHeld, useLiveState } from "../shared/api/live.ts";
import { useAsk } from "../shared/api/queries.ts";
import { useAddress } from "../shared/search.ts";
import { Button } from "../shared/ui/button.tsx";
import { Menu, MenuItem } from "../shared/ui/menu.tsx";
import { Empty } from "../shared/ui/states.tsx";
import { useView } from "../shared/view.ts";
import { AccountPicker } from "./account-picker.tsx";
import { Banners } from "./banners.tsx";
import { Connection, VenueState } from "./connection.tsx";
import { Drawers } from "./drawers.tsx";
import { useFrame } from "./frame.ts";
import { Icon } from "./icons.tsx";
import { PAGES, type PagePath } from "./navigation.ts";
import { Palette } from "./palette.tsx";
import { usePicked } from "./picked.ts";
import { StepUpDialog } from "./step-up-dialog.tsx";
import { ViewChoices, ViewMenu } from "./view-menu.tsx";

/** What every page has around it: where to go, which account and how its money is, whether the desk answers. */
export function Shell(): ReactNode {
  const { status } = useLiveState();
  const mode = useFrame();
  const view = useView();
  const [isPicking, setPicking] = useState(false);
  return (
    <div
      data-mode={mode}
      className="min-h-dvh data-[mode=live]:border-t-4 data-[mode=live]:border-danger lg:grid lg:grid-cols-[13rem_minmax(0,1fr)]"
    >
      <a href="#page" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-raised focus:p-3">
        Skip to the page
      </a>
      <Sidebar />
      <div className="flex min-w-0 flex-col">
        <TopBar onPick={() => setPicking(true)} />
        <Banners />
        <main
          id="page"
          key={`${view.times}${view.zone}${view.isPrivate}`}
          data-stale={status === "lost"}
          className="data-[stale=true]:opacity-60 data-[stale=true]:grayscale mx-auto w-full max-w-[110rem] min-w-0 flex-1 p-3 pb-24 sm:p-5 sm:pb-24 lg:pb-6"
        >
          <Outlet />
        </main>
      </div>
      <PhoneBar />
      <Palette onPick={() => setPicking(true)} />
      <Drawers isPicking={isPicking} onPicked={() => setPicking(false)} />
      <StepUpDialog />
    </div>
  );
}

function Sidebar(): ReactNode {
  const [picked] = usePicked();
  return (
    <nav aria-label="Pages" className="sticky top-0 hidden h-dvh flex-col gap-1 border-r border-line bg-surface p-3 lg:flex">
      <Link to="/" className="mb-3 flex items-center gap-2 px-2 py-1 text-base font-semibold">
        <img src="/icon.svg" alt="" className="size-7" /> Bulkhead
      </Link>
      {PAGES.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          search={picked === "*" || to === "/" ? {} : { portfolio: picked }}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          className="flex min-h-10 items-center gap-3 rounded-md px-2 text-sm text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-ink"
        >
          <Icon of={to} /> {label}
        </Link>
      ))}
      <div className="mt-auto">
        <ViewMenu
          trigger={
            <button
              type="button"
              className="flex min-h-10 w-full items-center gap-3 rounded-md px-2 text-left text-sm text-muted hover:bg-sunken hover:text-ink"
            >
              <Icon of="view" /> View
            </button>
          }
        />
      </div>
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
      <MoreMenu />
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

/** On a phone: the pages that have no place in its bar, and how things are shown. */
function MoreMenu(): ReactNode {
  const navigate = useNavigate();
  return (
    <Menu
      label="More pages"
      trigger={
        <button type="button" className="flex min-h-14 flex-col items-center justify-center gap-0.5 text-[0.7rem] text-muted">
          <Icon of="more" /> More
        </button>
      }
    >
      {PAGES.filter(({ phone }) => !phone).map(({ to, label }) => (
        <MenuItem key={to} onSelect={() => void navigate({ to })}>
          <Icon of={to} /> {label}
        </MenuItem>
      ))}
      <ViewChoices />
    </Menu>
  );
}

function TopBar({ onPick }: Readonly<{ onPick: () => void }>): ReactNode {
  return (
    <header className="sticky top-0 z-20 flex min-h-14 items-center gap-2 border-b border-line bg-surface px-3 sm:px-5">
      <AccountPicker />
      <PickerButton onPick={onPick} />
      <Connection />
      <VenueState />
      <div className="flex-1" />
      <div className="hidden sm:block lg:hidden">
        <ViewMenu
          trigger={
            <Button kind="quiet" aria-label="View" className="px-2">
              <Icon of="view" />
            </Button>
          }
        />
      </div>
      <Doing />
    </header>
  );
}

/** Whose figures are looked at, and the way to another's. */
function PickerButton({ onPick }: Readonly<{ onPick: () => void }>): ReactNode {
  const [picked] = usePicked();
  const name = useHeld(picked)?.portfolio.name ?? (picked === "*" ? "All portfolios" : picked);
  return (
    <Button onClick={onPick} title={`${name} (g p)`} className="max-w-52 min-w-0 shrink px-2 sm:px-3">
      <span className="sr-only">Portfolio: </span>
      <span className="truncate">{name}</span>
      <span aria-hidden className="text-muted">
        ▾
      </span>
    </Button>
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
