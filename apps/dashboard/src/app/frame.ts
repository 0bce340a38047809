import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useHeld, useLiveState } from "../shared/api/live.ts";
import { useAsk } from "../shared/api/queries.ts";
import { PAGES } from "./navigation.ts";
import { usePicked } from "./picked.ts";

export type Mode = "backtest" | "paper" | "live";

/** Whether the money that is looked at is real; undefined until the desk has said. */
export const useMode = (): Mode | undefined => useAsk("getAccount", { query: { portfolio_id: "*" } }).data?.mode;

/** What the browser says of the page outside of it: the tab's title and picture tell real money, and a lost desk, from afar. */
export function useFrame(): Mode | undefined {
  const mode = useMode();
  const { status } = useLiveState();
  const [picked] = usePicked();
  const name = useHeld(picked)?.portfolio.name;
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const page = path.startsWith("/p/") ? undefined : PAGES.find(({ to }) => (to === "/" ? path === "/" : path.startsWith(to)))?.label;
  useEffect(() => {
    const where = [page, name].filter((part) => part !== undefined).join(" · ");
    const state = status === "lost" ? "Stale: " : mode === "live" ? "LIVE: " : "";
    document.title = `${state}${where === "" ? "" : `${where} · `}Bulkhead${mode === undefined || mode === "live" ? "" : ` (${mode})`}`;
    const icon = status === "lost" ? "/icon-stale.svg" : mode === "live" ? "/icon-live.svg" : "/icon.svg";
    document.querySelector<HTMLLinkElement>("link[rel=icon]")?.setAttribute("href", icon);
  }, [mode, status, name, page]);
  return mode;
}
