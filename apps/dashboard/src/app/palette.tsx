import { useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useAddress } from "../shared/search.ts";
import { Dialog } from "../shared/ui/dialog.tsx";
import { Loading } from "../shared/ui/states.tsx";
import { setView, viewNow } from "../shared/view.ts";
import { PAGES } from "./navigation.ts";
import { CHORD_MS, isTyping, SHORTCUTS } from "./shortcuts.ts";

const Choices = lazy(async () => ({ default: (await import("./palette-choices.tsx")).Choices }));

/** Everything by name: pages, portfolios, instruments, and what can be done. Opens with Ctrl or Command and K. */
export function Palette({ onPick }: Readonly<{ onPick: () => void }>): ReactNode {
  const [open, setOpen] = useState<"palette" | "help" | undefined>(undefined);
  useKeys(setOpen, onPick);
  return (
    <>
      <Dialog open={open === "palette"} onClose={() => setOpen(undefined)} title="Go to, or do">
        <Suspense fallback={<Loading />}>
          <Choices onDone={() => setOpen(undefined)} />
        </Suspense>
      </Dialog>
      <Dialog open={open === "help"} onClose={() => setOpen(undefined)} title="Keys">
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
          {SHORTCUTS.map(({ keys, about }) => (
            <div key={keys} className="contents">
              <dt>
                <kbd className="rounded border border-line-strong px-1.5 font-mono text-xs">{keys}</kbd>
              </dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  );
}

/** Single keys work only where nobody types; no key that a browser has a use for is taken. */
function useKeys(open: (what: "palette" | "help") => void, pick: () => void): void {
  const navigate = useNavigate();
  const [, change] = useAddress();
  useEffect(() => {
    let chordUntil = 0;
    const pressed = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const isChord = Date.now() < chordUntil;
      chordUntil = !isChord && event.key === "g" ? Date.now() + CHORD_MS : 0;
      const page = isChord ? PAGES.find(({ chord }) => chord === event.key) : undefined;
      if (page !== undefined) void navigate({ to: page.to });
      else if (isChord && event.key === "p") pick();
      else if (event.key === "?") open("help");
      else if (event.key === "b" && !isChord) change({ order: "" });
      else if (event.key === "v" && !isChord) setView({ isPrivate: !viewNow().isPrivate });
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [navigate, change, open, pick]);
}
