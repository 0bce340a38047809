import { percentText } from "../formats.ts";
import { html, type Markup } from "../html/markup.ts";

/** One compartment: its share of the account's equity, not negative. */
export type Compartment = Readonly<{ label: string; tone: string; equity: number }>;

/** The account as a hull cut into compartments as wide as their equity. `id` is unique on the page: a pattern needs a name. */
export function hull(compartments: readonly Compartment[], frame: Readonly<{ id: string; width: number; height: number }>): Markup {
  const { id, width, height } = frame;
  const afloat = compartments.filter((compartment) => compartment.equity > 0);
  const total = afloat.reduce((sum, compartment) => sum + compartment.equity, 0);
  let left = 0;
  const cells = afloat.map((compartment) => {
    const share = compartment.equity / total;
    const start = left;
    const room = share * width;
    left += room;
    return cell(compartment, share, { start, wide: room - Math.min(3, room * 0.3), height, fill: `url(#${id})` });
  });
  const label = `The account's equity by portfolio: ${afloat.map((compartment) => `${compartment.label} ${percentText(compartment.equity / total, { sign: false })}`).join(", ")}`;
  return html`<svg class="hull" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<defs><pattern id="${id}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>
${cells}</svg>`;
}

function cell(
  compartment: Compartment,
  share: number,
  box: Readonly<{ start: number; wide: number; height: number; fill: string }>,
): Markup {
  const { start, wide, height, fill } = box;
  const letters = Math.floor((wide - 20) / 7.4);
  const name = compartment.label.length > letters ? `${compartment.label.slice(0, Math.max(0, letters - 1))}…` : compartment.label;
  const middle = height / 2;
  const words =
    letters < 4
      ? html``
      : html`<text class="hullname" x="${start + 10}" y="${middle - 2}">${name}</text><text class="hullshare" x="${start + 10}" y="${middle + 14}">${percentText(share, { sign: false })}</text>`;
  return html`<g class="cell ${compartment.tone}"><title>${compartment.label}</title><rect x="${start}" y="0" width="${wide}" height="${height}" rx="4" fill="${fill}"/>${words}</g>`;
}
