import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import type { Column } from "./column.ts";
import { Menu, MenuCheck, MenuItem, MenuLabel } from "./menu.tsx";
import { say } from "./toast.tsx";

type Props<Row extends object> = Readonly<{
  name: string;
  columns: readonly Column<Row>[];
  shown: Readonly<Record<string, boolean>>;
  onChoose: (id: string, isShown: boolean) => void;
  source?: string;
}>;

/** Which columns a table has, and how it leaves this page. */
export function TableMenu<Row extends object>({ name, columns, shown, onChoose, source }: Props<Row>): ReactNode {
  return (
    <Menu
      label={`${name}: columns and export`}
      trigger={
        <Button kind="quiet" small>
          Columns · Export<span className="sr-only"> of {name}</span>
        </Button>
      }
    >
      <MenuLabel>Columns</MenuLabel>
      {columns
        .filter(({ fixed }) => fixed !== true)
        .map(({ id, header }) => (
          <MenuCheck key={id} checked={shown[id] === true} onChange={(checked) => onChoose(id, checked)}>
            {header}
          </MenuCheck>
        ))}
      {source === undefined ? null : <Exports source={source} />}
    </Menu>
  );
}

function Exports({ source }: Readonly<{ source: string }>): ReactNode {
  const csv = `${source}${source.includes("?") ? "&" : "?"}format=csv`;
  const copy = (): void => {
    void navigator.clipboard.writeText(`curl -s '${location.origin}${source}'`).then(() => say("Copied the API call"));
  };
  return (
    <>
      <MenuLabel>Take it along</MenuLabel>
      <MenuItem href={csv}>CSV</MenuItem>
      <MenuItem href={source}>JSON</MenuItem>
      <MenuItem onSelect={copy}>Copy as API call</MenuItem>
    </>
  );
}
