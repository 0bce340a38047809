import type { PositionRow } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useChange } from "../../shared/api/queries.ts";
import { plain } from "../../shared/format/amount.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

/** Where a position is left: stop, trailing distance and target, set anew or taken away. */
export function ProtectionDialog({ position, onClose }: Readonly<{ position: PositionRow | undefined; onClose: () => void }>): ReactNode {
  return (
    <Dialog
      open={position !== undefined}
      onClose={onClose}
      title={position === undefined ? "" : `Exits of ${position.symbol}`}
      description={position === undefined ? "" : `${plain(position.quantity)} held by ${position.portfolio_id}`}
    >
      {position === undefined ? null : <ProtectionForm key={position.instrument} position={position} onDone={onClose} />}
    </Dialog>
  );
}

function ProtectionForm({ position, onDone }: Readonly<{ position: PositionRow; onDone: () => void }>): ReactNode {
  const [stop, setStop] = useState(position.stop_price ?? "");
  const [target, setTarget] = useState(position.take_profit_price ?? "");
  const set = useChange("setProtection", ["listProtections", "listPositions"]);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate(
          {
            body: {
              portfolio_id: position.portfolio_id,
              instrument: position.instrument,
              stop_price: stop === "" ? null : stop,
              take_profit_price: target === "" ? null : target,
            },
          },
          {
            onSuccess: () => {
              say(`Exits of ${position.symbol} are set`);
              onDone();
            },
          },
        );
      }}
    >
      <p className="text-sm text-muted">
        Mark {position.mark === null ? "unknown" : plain(position.mark)}. An empty field takes that exit away.
      </p>
      <TextField label="Stop" inputMode="decimal" value={stop} onChange={(event) => setStop(event.target.value.trim())} />
      <TextField label="Target" inputMode="decimal" value={target} onChange={(event) => setTarget(event.target.value.trim())} />
      {set.error === null ? null : <Failed error={set.error} />}
      <Button kind="primary" type="submit" busy={set.isPending}>
        Set the exits
      </Button>
    </form>
  );
}
