import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export type Tab = Readonly<{ id: string; label: ReactNode; content: () => ReactNode }>;

/** On a phone they do not all fit beside each other: the one that is open is seen. */
function intoSight(tab: HTMLElement | null): void {
  const list = tab?.parentElement;
  if (tab == null || list == null || list.scrollWidth <= list.clientWidth) return;
  // The list alone: the page stays where it is, and so does where Tab goes on from.
  list.scrollLeft = Math.max(0, tab.offsetLeft + tab.offsetWidth - list.clientWidth);
}

/** Parts of a page, one at a time; which one is the caller's, so that it can live in the address. */
export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: Readonly<{ label: string; tabs: readonly Tab[]; value: string; onChange: (id: string) => void }>): ReactNode {
  const current = tabs.find(({ id }) => id === value) ?? tabs[0];
  return (
    <Radix.Root value={current?.id ?? ""} onValueChange={onChange}>
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line px-2">
        {tabs.map(({ id, label: text }) => (
          <Radix.Trigger
            key={id}
            value={id}
            ref={id === current?.id ? intoSight : undefined}
            className="-mb-px min-h-10 border-b-2 border-transparent px-3 text-sm whitespace-nowrap text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {text}
          </Radix.Trigger>
        ))}
      </Radix.List>
      <Radix.Content value={current?.id ?? ""} className="min-w-0">
        {current?.content()}
      </Radix.Content>
    </Radix.Root>
  );
}
