import type { ProposedRule } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { Button } from "../../shared/ui/button.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { RuleForm } from "./rule-form.tsx";

export type Offered = ProposedRule;

/** The rule that would have said what somebody just said by hand: set here, taken into the file, or left alone. */
export function OfferedRule({
  offered,
  only,
  onDone,
}: Readonly<{ offered: Offered; only: string /** What the button says that leaves it alone. */; onDone: () => void }>): ReactNode {
  const [isSetting, setSetting] = useState(false);
  if (isSetting) return <RuleForm first={offered} onDone={onDone} />;
  return (
    <div className="flex flex-col gap-4 text-sm">
      <p>{offered.words}.</p>
      <pre className="overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs">{offered.toml}</pre>
      <p className="text-muted">Nothing sets a rule by itself. What it would sort of what is there now is shown before it is set.</p>
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" onClick={() => setSetting(true)}>
          Set this rule…
        </Button>
        <Button onClick={onDone}>{only}</Button>
        <Button
          kind="quiet"
          onClick={() =>
            void navigator.clipboard.writeText(offered.toml).then(
              () => say("Copied the rule"),
              () => say("The browser does not let it be copied"),
            )
          }
        >
          Copy for bulkhead.toml
        </Button>
      </div>
    </div>
  );
}
