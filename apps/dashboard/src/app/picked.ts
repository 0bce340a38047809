import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback } from "react";
import { useAddress } from "../shared/search.ts";
import { readChoice, writeChoice } from "../shared/ui/choices.ts";

/** Pages that a portfolio narrows; from the others a choice leads to the portfolio's own page. */
const NARROWED = new Set(["/positions", "/trades", "/strategies", "/activity"]);
const RECENT_COUNT = 4;

/** Portfolios that were chosen lately in this browser, the newest first. */
export const recentlyPicked = (): readonly string[] => readChoice<readonly string[]>("recent", []);

/** Whose figures the page shows, `*` for all, and the way to those of another. The choice lives in the address. */
export function usePicked(): readonly [string, (portfolio: string) => void] {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [{ portfolio = "*" }, change] = useAddress();
  const navigate = useNavigate();
  const isNarrowed = NARROWED.has(path);
  const own = /^\/p\/([^/]+)/.exec(path)?.[1];
  const pick = useCallback(
    (id: string) => {
      if (id !== "*") writeChoice("recent", [id, ...recentlyPicked().filter((each) => each !== id)].slice(0, RECENT_COUNT));
      if (isNarrowed) change({ portfolio: id === "*" ? undefined : id });
      else if (id === "*") void navigate({ to: "/" });
      // The same part of the other portfolio.
      else void navigate({ to: "/p/$portfolioId", params: { portfolioId: id }, search: ((before: object) => before) as never });
    },
    [isNarrowed, change, navigate],
  );
  return [own === undefined ? (isNarrowed ? portfolio : "*") : decodeURIComponent(own), pick];
}
