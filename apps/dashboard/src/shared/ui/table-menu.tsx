import { memo, type ReactNode } from "react";
import { useAccount } from "../search.ts";
import { Button } from "./button.tsx";
import type { Column } from "./column.ts";
import { Menu, MenuCheck, MenuItem, MenuLabel } from "./menu.tsx";
import { csvOf, save } from "./take-along.ts";
import { say } from "./toast.tsx";

type Props<Row extends object> = Readonly<{
  name: string;
  columns: readonly Column<Row>[];
  shown: Readonly<Record<string, boolean>>;
  onChoose: (id: string, isShown: boolean) => void;
  source?: string;
  /** What leaves where the desk has no list of it. */
  rowsNow: () => readonly Row[];
}>;

/** Which columns a table has, and how it leaves this page. */
export const TableMenu = memo(function TableMenu<Row extends object>({
  name,
  columns,
  shown,
  onChoose,
  source,
  rowsNow,
}: Props<Row>): ReactNode {
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
      {source === undefined ? <Files name={name} rowsNow={rowsNow} /> : <Exports source={source} />}
    </Menu>
  );
}) as <Row extends object>(props: Props<Row>) => ReactNode;

/** From the list on the desk: all of its rows, not only those that are shown. */
function Exports({ source: asked }: Readonly<{ source: string }>): ReactNode {
  const account = useAccount();
  const added = (address: string, name: string, value: string): string =>
    `${address}${address.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
  const source = account === undefined ? asked : added(asked, "account_id", account);
  const copy = (): void => {
    void navigator.clipboard.writeText(`curl -s '${location.origin}${source}'`).then(() => say("Copied the API call"));
  };
  return (
    <>
      <MenuLabel>Take it along</MenuLabel>
      <MenuItem href={added(source, "format", "csv")}>CSV</MenuItem>
      <MenuItem href={source}>JSON</MenuItem>
      <MenuItem onSelect={copy}>Copy as API call</MenuItem>
    </>
  );
}

function Files({ name, rowsNow }: Readonly<{ name: string; rowsNow: () => readonly object[] }>): ReactNode {
  const file = name.toLowerCase().replaceAll(" ", "-");
  return (
    <>
      <MenuLabel>Take it along</MenuLabel>
      <MenuItem onSelect={() => save(`${file}.csv`, "text/csv", csvOf(rowsNow()))}>CSV</MenuItem>
      <MenuItem onSelect={() => save(`${file}.json`, "application/json", JSON.stringify(rowsNow(), null, 2))}>JSON</MenuItem>
    </>
  );
}
