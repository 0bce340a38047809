import { PAGES } from "./navigation.ts";

/** How long the second key of a chord may take. */
export const CHORD_MS = 1_500;

/** Every key of the dashboard: the sheet behind `?`. */
export const SHORTCUTS: readonly Readonly<{ keys: string; about: string }>[] = [
  { keys: "Ctrl K", about: "Go to anything, do anything" },
  { keys: "g p", about: "Choose a portfolio" },
  ...PAGES.map(({ chord, label }) => ({ keys: `g ${chord}`, about: label })),
  { keys: "b", about: "New order" },
  { keys: "v", about: "Hide amounts, show them" },
  { keys: "?", about: "These keys" },
  { keys: "Esc", about: "Close what is open" },
];

/** Whether a key belongs to a field or to something that is open over the page. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input,textarea,select,[contenteditable],[role=dialog],[role=menu]") !== null;
}
