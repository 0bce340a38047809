import type { ReactNode } from "react";
import { Menu, MenuCheck, MenuChoice } from "../shared/ui/menu.tsx";
import { COLOURS, setView, THEMES, TIMES, useView, ZONES } from "../shared/view.ts";

const WORDS = {
  system: "As the system",
  light: "Light",
  dark: "Dark",
  safe: "Blue and orange",
  "green-up": "Green up, red down",
  "red-up": "Red up, green down",
  each: "As it fits",
  relative: "How long ago",
  exact: "Exact",
  local: "Of this browser",
  UTC: "UTC",
} as const;

const said = <T extends keyof typeof WORDS>(all: readonly T[]): readonly Readonly<{ value: T; label: string }>[] =>
  all.map((value) => ({ value, label: WORDS[value] }));

/** How this browser shows things, as a menu of its own. */
export const ViewMenu = ({ trigger }: Readonly<{ trigger: ReactNode }>): ReactNode => (
  <Menu trigger={trigger} label="View">
    <ViewChoices />
  </Menu>
);

/** Hidden amounts, theme, colours of gain and loss, times and their zone. */
export function ViewChoices(): ReactNode {
  const { isPrivate, theme, colours, times, zone } = useView();
  return (
    <>
      <MenuCheck checked={isPrivate} onChange={(checked) => setView({ isPrivate: checked })}>
        Hide amounts
      </MenuCheck>
      <MenuChoice label="Theme" value={theme} choices={said(THEMES)} onChange={(value) => setView({ theme: value })} />
      <MenuChoice label="Gain and loss" value={colours} choices={said(COLOURS)} onChange={(value) => setView({ colours: value })} />
      <MenuChoice label="Times" value={times} choices={said(TIMES)} onChange={(value) => setView({ times: value })} />
      <MenuChoice label="Zone of exact times" value={zone} choices={said(ZONES)} onChange={(value) => setView({ zone: value })} />
    </>
  );
}
