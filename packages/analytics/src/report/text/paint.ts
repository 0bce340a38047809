/** How parts of the text report are set off: with colour, or unchanged. Meaning never hangs on colour alone: signs and words say the same. */
export type Paint = Readonly<Record<"strong" | "faint" | "good" | "bad" | "warn", (text: string) => string>>;

const ansi =
  (open: string, close: string) =>
  (text: string): string =>
    text === "" ? text : `\u001b[${open}m${text}\u001b[${close}m`;
const same = (text: string): string => text;

/** ANSI colours from the terminal's own sixteen; cyan and yellow rather than green and red, for eyes that do not part those. */
export const COLOUR: Paint = {
  strong: ansi("1", "22"),
  faint: ansi("2", "22"),
  good: ansi("36", "39"),
  bad: ansi("33", "39"),
  warn: ansi("1;33", "22;39"),
};
export const PLAIN: Paint = { strong: same, faint: same, good: same, bad: same, warn: same };

/** Gains and losses apart, nothing for zero and for what is not defined. */
export function bySign(paint: Paint, text: string): (text: string) => string {
  if (/[1-9]/.test(text) === false) return same;
  return text.startsWith("-") ? paint.bad : paint.good;
}
