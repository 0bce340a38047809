import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { At } from "../../shared/ui/figures.tsx";
import { Answered } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { LogLine } from "./log-lines.tsx";
import type { Line } from "./use-lines.ts";

/** One line with all that it says, and those around it. Its address is the page's: it can be sent to somebody. */
export function LineDialog({
  id,
  onClose,
  onChoose,
}: Readonly<{ id: string | undefined; onClose: () => void; onChoose: (line: Line) => void }>): ReactNode {
  return (
    <Dialog
      place="side"
      open={id !== undefined}
      onClose={onClose}
      title={`Line ${id ?? ""}`}
      description="With the lines around it, of all portfolios."
    >
      {id === undefined ? null : <Surrounded id={id} onChoose={onChoose} />}
    </Dialog>
  );
}

function Surrounded({ id, onChoose }: Readonly<{ id: string; onChoose: (line: Line) => void }>): ReactNode {
  const asked = useAsk("getLogLine", { params: { log_id: id }, query: { around: 10 } });
  return (
    <Answered query={asked}>
      {({ data: { line, before, after } }) => (
        <div className="flex flex-col gap-4 text-sm">
          <p className="font-medium">{line.message}</p>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            <Said name="At">
              <At value={line.at} />
            </Said>
            <Said name="Level">{line.level}</Said>
            <Said name="Portfolio">{line.portfolio_id === "*" ? "all" : line.portfolio_id}</Said>
            <Said name="Run">{line.run_id === "" ? "–" : line.run_id}</Said>
            <Said name="Record">{line.seq}</Said>
            <Said name="From">{line.source}</Said>
          </dl>
          {line.fields === "" || line.fields === "{}" ? null : (
            <pre className="overflow-auto rounded bg-sunken p-3 font-mono text-xs">{pretty(line.fields)}</pre>
          )}
          <Button small onClick={() => void navigator.clipboard.writeText(location.href).then(() => say("Copied the link"))}>
            Copy a link to it
          </Button>
          <section aria-label="Around it" className="font-mono text-xs">
            {[...before, line, ...after].map((each) => (
              <div key={each.log_id} className="h-6">
                <LogLine line={each} isChosen={each.log_id === line.log_id} onChoose={onChoose} />
              </div>
            ))}
          </section>
        </div>
      )}
    </Answered>
  );
}

const Said = ({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactNode => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd>{children}</dd>
  </>
);

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
