import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { cn } from "./cn.ts";

type Props = Readonly<{
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  /** `side`: a sheet at the right, for what is read beside the page; on a phone it is the whole screen. */
  place?: "middle" | "side";
  children: ReactNode;
}>;

/** A window over the page: focus stays in it, Escape closes it, and focus goes back to where it was. */
export function Dialog({ open, onClose, title, description, place = "middle", children }: Props): ReactNode {
  const before = useRef<Element | null>(null);
  return (
    <Radix.Root
      open={open}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          onOpenAutoFocus={(event) => {
            before.current = document.activeElement;
            const first = firstField(event.currentTarget as Element);
            if (first === null) return;
            event.preventDefault();
            first.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
          }}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={cn(
            "fixed z-50 flex flex-col overflow-hidden border-line bg-raised shadow-xl",
            place === "middle"
              ? "inset-x-2 bottom-2 max-h-[calc(100dvh-1rem)] rounded-xl border sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[34rem] sm:max-w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2"
              : "inset-y-0 right-0 w-full border-l sm:w-[38rem] sm:max-w-[92vw]",
          )}
        >
          <div className="flex items-start justify-between gap-4 border-b border-line px-5 py-3">
            <div>
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-0.5 text-sm text-muted">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close aria-label="Close" className="rounded px-2 py-1 text-lg leading-none text-muted hover:text-ink">
              ×
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-auto p-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Where typing begins. On a touch screen nothing: its keyboard would cover what the window says. */
function firstField(window: Element): HTMLElement | null {
  if (matchMedia("(pointer: coarse)").matches) return null;
  return window.querySelector<HTMLElement>("input:not([type=hidden]):not(:disabled),select:not(:disabled),textarea:not(:disabled)");
}
