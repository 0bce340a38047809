import { type AnswerOf, LogRow } from "@bulkhead/contract";
import { useEffect, useMemo, useState } from "react";
import { useLive } from "../../shared/api/live.ts";
import { usePages } from "../../shared/api/queries.ts";

export type Line = AnswerOf<"listLogs">["data"][number];
export type Filter = Readonly<{
  portfolio: string;
  level: string | undefined;
  run: string | undefined;
  text: string | undefined;
  from: string | undefined;
  to: string | undefined;
}>;

/** New lines that are kept on the page at most; older ones are read again when somebody scrolls there. */
const FRESH_MAX = 200_000;

/** Lines of the log that match, newest first: what was there, then what comes while one looks, none of them twice. */
export function useLines({ portfolio, level, run, text, from, to }: Filter, isPaused: boolean) {
  const query = {
    portfolio_id: portfolio,
    limit: 500,
    ...(level === undefined ? {} : { level }),
    ...(run === undefined ? {} : { run_id: run }),
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const pages = usePages("listLogs", { query });
  const live = useLive();
  const key = JSON.stringify(query);
  const newest = pages.data?.pages[0]?.data[0]?.log_id;
  const [fresh, setFresh] = useState<Readonly<{ key: string; lines: readonly Line[] }>>({ key, lines: [] });
  const isReady = pages.data !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with another filter, and behind what was read by then
  useEffect(() => {
    setFresh({ key, lines: [] });
    if (!isReady || to !== undefined) return;
    let waiting: Line[] = [];
    let frame: number | undefined;
    const stop = live.hear(({ type, data, portfolio_id }) => {
      if (type !== "log_line" || (portfolio !== "*" && portfolio_id !== portfolio)) return;
      // The socket tells of every run.
      if (run !== undefined && data?.["run_id"] !== run) return;
      const line = LogRow.safeParse(data);
      // What is no line of the log as we know it is not shown as one; it is read again with the pages.
      if (!line.success) return;
      waiting.push(line.data);
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        const come = waiting.reverse();
        waiting = [];
        setFresh((before) => ({ key, lines: [...come, ...(before.key === key ? before.lines : [])].slice(0, FRESH_MAX) }));
      });
    });
    live.wantLines({
      ...(level === undefined ? {} : { level }),
      ...(text === undefined ? {} : { text }),
      ...(newest === undefined ? {} : { after: newest }),
    });
    return () => {
      stop();
      live.wantLines(undefined);
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [key, isReady, live]);

  const [shown, setShown] = useState(fresh.lines);
  useEffect(() => {
    if (!isPaused) setShown(fresh.lines);
  }, [fresh, isPaused]);

  const lines = useMemo(() => {
    const read = pages.data?.pages.flatMap(({ data }) => data) ?? [];
    const known = new Set(read.slice(0, 500).map(({ log_id }) => log_id));
    return [...shown.filter(({ log_id }) => !known.has(log_id)), ...read];
  }, [pages.data, shown]);
  return { pages, lines, waiting: isPaused ? fresh.lines.length - shown.length : 0 };
}
