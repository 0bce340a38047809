import { lazy, type ReactNode, Suspense } from "react";
import { KillLadder } from "../features/kill/kill-ladder.tsx";
import { useAddress } from "../shared/search.ts";
import { Dialog } from "../shared/ui/dialog.tsx";
import { Loading } from "../shared/ui/states.tsx";

// Fetched when they are opened first; the kill ladder comes with the page, since it must open whatever else is wrong.
const OrderTicket = lazy(async () => ({ default: (await import("../features/order/order-ticket.tsx")).OrderTicket }));
const ExplainDrawer = lazy(async () => ({ default: (await import("../features/explain/explain-drawer.tsx")).ExplainDrawer }));
const WhyDrawer = lazy(async () => ({ default: (await import("../features/why/why-drawer.tsx")).WhyDrawer }));
const PickerChoices = lazy(async () => ({ default: (await import("./picker-choices.tsx")).PickerChoices }));

type Props = Readonly<{ isPicking: boolean; onPicked: () => void }>;

/** What opens over any page: wherever the address says so, and the picker of portfolios. */
export function Drawers({ isPicking, onPicked }: Props): ReactNode {
  const [{ order, explain, why }] = useAddress();
  return (
    <>
      <KillLadder />
      <Suspense fallback={null}>
        {order === undefined ? null : <OrderTicket />}
        {explain === undefined ? null : <ExplainDrawer />}
        {why === undefined ? null : <WhyDrawer />}
      </Suspense>
      <Dialog open={isPicking} onClose={onPicked} title="Portfolio">
        <Suspense fallback={<Loading />}>
          <PickerChoices onDone={onPicked} />
        </Suspense>
      </Dialog>
    </>
  );
}
