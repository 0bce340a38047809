/** What a configuration file may hold. */
export type TomlValue = string | number | bigint | boolean | Date | readonly TomlValue[] | TomlTable;
export type TomlTable = Readonly<{ [key: string]: TomlValue }>;

/**
 * A configuration as people write it: a `[section]` for each table, a `[[section]]` for each entry of a list of tables, one line for each
 * key, everything below inline. Sections without anything in them are left out.
 */
export function writeToml(tables: Readonly<Record<string, TomlValue>>): string {
  const isPlain = (value: TomlValue): boolean => !isTable(value) && !(isList(value) && value.every(isTable));
  // What belongs to no section has to come before the first.
  const inOrder = [
    ...Object.entries(tables).filter(([, value]) => isPlain(value)),
    ...Object.entries(tables).filter(([, value]) => !isPlain(value)),
  ];
  return inOrder.flatMap(([name, value]) => sectionsOf(keyText(name), value)).join("\n");
}

function sectionsOf(name: string, value: TomlValue): readonly string[] {
  if (isList(value) && value.every(isTable)) return value.map((table) => `[[${name}]]\n${linesOf(table)}`);
  if (!isTable(value)) return [`${name} = ${valueText(value)}\n`];
  const lists = Object.entries(value).filter(([, item]) => isList(item) && item.length > 0 && item.every(isTable));
  const listed = new Set(lists.map(([key]) => key));
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => !listed.has(key)));
  return [
    ...(Object.keys(own).length === 0 ? [] : [`[${name}]\n${linesOf(own)}`]),
    ...lists.flatMap(([key, item]) => sectionsOf(`${name}.${keyText(key)}`, item)),
  ];
}

const linesOf = (table: TomlTable): string =>
  Object.entries(table)
    .map(([key, value]) => `${keyText(key)} = ${valueText(value)}\n`)
    .join("");

function valueText(value: TomlValue): string {
  if (typeof value === "string") return textOf(value);
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return `[${value.map(valueText).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const items = Object.entries(value).map(([key, item]) => `${keyText(key)} = ${valueText(item)}`);
  return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
}

/** JSON's escapes are TOML's, but for DEL. */
const textOf = (text: string): string => JSON.stringify(text).replaceAll("\u007f", "\\u007f");
const keyText = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : textOf(key));

const isList = (value: TomlValue): value is readonly TomlValue[] => Array.isArray(value);
const isTable = (value: TomlValue): value is TomlTable => typeof value === "object" && !(value instanceof Date) && !Array.isArray(value);
