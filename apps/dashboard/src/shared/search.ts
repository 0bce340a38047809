import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** What may stand in the address of every page: links and the back button bring all of it back. */
export type Search = Readonly<{
  /** The account that is looked at, where the desk has several; it stays from page to page. */
  account?: string;
  /** The portfolio that a page about all of them is narrowed to. */
  portfolio?: string;
  /** A figure that is explained beside the page: `aggressive/cash`. */
  explain?: string;
  /** Why a portfolio does not trade, beside the page: `aggressive` or `aggressive/SPY@XNYS`. */
  why?: string;
  /** The order ticket is open: for this portfolio, or for one that is chosen in it where it is empty. */
  order?: string;
  /** Which instrument the ticket is for. */
  instrument?: string;
  /** The kill ladder is open: for this portfolio, or `*`. */
  kill?: string;
  /** Which part of a page. */
  tab?: string;
  /** An instrument that an equity is compared with. */
  benchmark?: string;
  /** `log`: equal ratios are equally far on a chart. */
  scale?: string;
  /** A range of time: `7d`, or `2026-10-01..2026-11-01`. */
  range?: string;
  /** What is looked for. */
  q?: string;
  level?: string;
  /** Which state of what is listed. */
  status?: string;
  /** Comparisons that came to this alone. */
  outcome?: string;
  /** Lines of the log of this run alone. */
  run?: string;
  /** A line of the log. */
  line?: string;
}>;

const NAMES = [
  "account",
  "portfolio",
  "explain",
  "why",
  "order",
  "instrument",
  "kill",
  "tab",
  "range",
  "benchmark",
  "scale",
  "q",
  "level",
  "status",
  "outcome",
  "run",
  "line",
] as const;

/** Only the names above, only text. */
export function validateSearch(search: Record<string, unknown>): Search {
  return Object.fromEntries(NAMES.flatMap((name) => (search[name] === undefined ? [] : [[name, String(search[name])]])));
}

/** What stands in the address, and the way to change parts of it; an undefined part goes away. `replace`: without a step back. */
export function useAddress(): readonly [Search, ChangeAddress] {
  return [useSearch({ strict: false }) as Search, useChangeAddress()];
}

type ChangeAddress = (changes: Changes, how?: Readonly<{ replace?: boolean }>) => void;

/** The way to change the address, for who need not know what stands there. */
export function useChangeAddress(): ChangeAddress {
  const navigate = useNavigate();
  return useCallback(
    (changes: Changes, { replace = false }: Readonly<{ replace?: boolean }> = {}) =>
      void navigate({ to: ".", replace, search: ((before: Search) => without({ ...before, ...changes })) as never }),
    [navigate],
  );
}

type Changes = Readonly<{ [Name in keyof Search]?: Search[Name] | undefined }>;

const without = (search: Changes): Search => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

/** The account that the address names; undefined: the desk's only or first one. */
export const useAccount = (): string | undefined => (useSearch({ strict: false }) as Search).account;
