import { Toast } from "radix-ui";
import { type ReactNode, useSyncExternalStore } from "react";
import { cn } from "./cn.ts";

type Said = Readonly<{ id: number; text: string; tone: "good" | "danger" }>;

let all: readonly Said[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Said[]): void {
  all = next;
  for (const listener of listeners) listener();
}

/** Says something in passing, to eyes and screen readers: what was done, or why not. */
export function say(text: string, tone: Said["tone"] = "good"): void {
  last += 1;
  set([...all.slice(-3), { id: last, text, tone }]);
}

/** Where passing words appear; once per page. */
export function Toasts(): ReactNode {
  const said = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
  return (
    <Toast.Provider duration={6_000} swipeDirection="right">
      {said.map(({ id, text, tone }) => (
        <Toast.Root
          key={id}
          type={tone === "danger" ? "foreground" : "background"}
          onOpenChange={(isOpen) => {
            if (!isOpen) set(all.filter((each) => each.id !== id));
          }}
          className={cn(
            "flex items-start justify-between gap-3 rounded-lg border bg-raised px-4 py-3 text-sm shadow-lg",
            tone === "danger" ? "border-danger/60" : "border-line-strong",
          )}
        >
          <Toast.Description>{text}</Toast.Description>
          <Toast.Close aria-label="Dismiss" className="text-muted hover:text-ink">
            ×
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-4 bottom-20 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 lg:bottom-4" />
    </Toast.Provider>
  );
}
