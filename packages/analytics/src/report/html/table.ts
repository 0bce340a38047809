import { minus } from "../formats.ts";
import { html, type Markup, when } from "./markup.ts";

/** A column of a table: `number` columns are flush right in tabular digits. Its header is repeated beside each figure of a deck. */
export type HtmlColumn<Row> = Readonly<{ header: string; number: boolean; cell: (row: Row) => Markup | string }>;

/** What a table is made of; `foot` rows stand apart below. A `deck` becomes one card per row on a phone, others scroll sideways. */
export type HtmlTable<Row> = Readonly<{
  caption: string;
  columns: readonly HtmlColumn<Row>[];
  rows: readonly Row[];
  foot?: readonly Row[];
  deck?: boolean;
}>;

export function table<Row>({ caption, columns, rows, foot = [], deck = false }: HtmlTable<Row>): Markup {
  const heads = columns.map((column) => html`<th scope="col" class="${column.number ? "n" : "t"}">${column.header}</th>`);
  const line = (row: Row): Markup => html`<tr>${columns.map((column, index) => cell(column, row, index === 0))}</tr>`;
  return html`<div class="scroll"><table class="${deck ? "deck" : "plain"}"><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${rows.map(line)}</tbody>${when(foot.length > 0, () => html`<tfoot>${foot.map(line)}</tfoot>`)}</table></div>`;
}

function cell<Row>(column: HtmlColumn<Row>, row: Row, first: boolean): Markup {
  const name = column.number ? "n" : "t";
  if (first) return html`<th scope="row" class="${name}">${column.cell(row)}</th>`;
  return html`<td class="${name}" data-label="${column.header}">${column.cell(row)}</td>`;
}

/** A figure coloured by its sign, with the sign written out; a true minus instead of a hyphen. */
export function signedFigure(text: string): Markup {
  const tone = !/[1-9]/.test(text) ? "even" : text.startsWith("-") ? "down" : "up";
  return html`<span class="${tone}">${minus(text)}</span>`;
}
