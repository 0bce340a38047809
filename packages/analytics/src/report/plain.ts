/** Characters that would steer a terminal or turn the direction of text around; shown as "�" instead. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is for.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/g;

/** Foreign text (names, messages of venues) as one line without control characters or half characters (ANA-19, ANA-21). */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\t\n\r]+/g, " ")
    .replace(UNSAFE, "\ufffd");
}
