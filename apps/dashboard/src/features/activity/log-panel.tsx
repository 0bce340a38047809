import { type ReactNode, useCallback, useState } from "react";
import { rangeOf, textOfRange } from "../../shared/range.ts";
import { useAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import { INPUT } from "../../shared/ui/field.tsx";
import { Empty, Failed, Loading } from "../../shared/ui/states.tsx";
import { Histogram } from "./histogram.tsx";
import { LineDialog } from "./line-dialog.tsx";
import { LogLines } from "./log-lines.tsx";
import { type Line, useLines } from "./use-lines.ts";

const LEVELS = ["debug", "info", "warn", "error"];

/** The log of the desk, live: narrowed by portfolio, level, words and time, all of which stand in the address. */
export function LogPanel(): ReactNode {
  const [{ portfolio = "*", level, run, q, range: text, line: chosen }, change] = useAddress();
  const [isPaused, setPaused] = useState(false);
  const range = rangeOf(text, Date.now());
  const { pages, lines, waiting } = useLines(
    {
      portfolio,
      level,
      run,
      text: q,
      from: text === undefined || range === undefined ? undefined : new Date(range.from).toISOString(),
      to: text === undefined || range === undefined ? undefined : new Date(range.to).toISOString(),
    },
    isPaused,
  );
  const choose = useCallback((line: Line) => change({ line: String(line.log_id) }), [change]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const older = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div className="flex flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
        <select
          aria-label="Level and worse"
          value={level ?? "debug"}
          onChange={(event) => change({ level: event.target.value === "debug" ? undefined : event.target.value })}
          className="min-h-8 rounded-md border border-line-strong bg-surface px-2 text-sm"
        >
          {LEVELS.map((each) => (
            <option key={each} value={each}>
              {each === "debug" ? "every level" : `${each} and worse`}
            </option>
          ))}
        </select>
        <Search value={q ?? ""} onSearch={(words) => change({ q: words === "" ? undefined : words }, { replace: true })} />
        <Runs lines={lines} run={run} onRun={(id) => change({ run: id })} />
        {text === undefined ? null : (
          <Button small onClick={() => change({ range: undefined })}>
            All of the time
          </Button>
        )}
        <div className="flex-1" />
        <Button small aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? (waiting > 0 ? `Go on, ${waiting} new` : "Go on") : "Pause"}
        </Button>
        <a
          className="text-sm text-accent underline"
          download
          href={`/api/logs?${new URLSearchParams({ portfolio_id: portfolio, limit: "500", format: "csv", ...(level === undefined ? {} : { level }), ...(run === undefined ? {} : { run_id: run }), ...(q === undefined ? {} : { text: q }) })}`}
        >
          Download
        </a>
      </div>
      <Histogram lines={lines} onRange={(marked) => change({ range: textOfRange(marked) })} />
      {pages.data === undefined ? (
        pages.isPending ? (
          <Loading rows={12} />
        ) : (
          <Failed error={pages.error} retry={() => void pages.refetch()} />
        )
      ) : lines.length === 0 ? (
        <Empty title="No such lines">
          {q === undefined && level === undefined ? "Nothing was written yet." : "Take a filter away to see more."}
        </Empty>
      ) : (
        <LogLines lines={lines} chosen={chosen === undefined ? undefined : Number(chosen)} onChoose={choose} onEnd={older} />
      )}
      <LineDialog id={chosen} onClose={() => change({ line: undefined })} onChoose={choose} />
    </div>
  );
}

function Search({ value, onSearch }: Readonly<{ value: string; onSearch: (words: string) => void }>): ReactNode {
  const [words, setWords] = useState(value);
  return (
    <search className="w-full sm:w-64">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(words.trim());
        }}
      >
        <input
          type="search"
          aria-label="Words in the line"
          placeholder="Words, then Enter"
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            if (event.target.value === "") onSearch("");
          }}
          className={`${INPUT} min-h-8`}
        />
      </form>
    </search>
  );
}

type RunsProps = Readonly<{ lines: readonly Line[]; run: string | undefined; onRun: (run: string | undefined) => void }>;

/** One run alone, of those that the lines on the page belong to; nothing where portfolios name none. */
function Runs({ lines, run, onRun }: RunsProps): ReactNode {
  const runs = new Set([...(run === undefined ? [] : [run]), ...lines.slice(0, 2_000).map(({ run_id }) => run_id)]);
  runs.delete("");
  if (runs.size === 0) return null;
  return (
    <select
      aria-label="Run"
      value={run ?? ""}
      onChange={(event) => onRun(event.target.value === "" ? undefined : event.target.value)}
      className="min-h-8 max-w-40 rounded-md border border-line-strong bg-surface px-2 text-sm"
    >
      <option value="">every run</option>
      {[...runs].map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}
