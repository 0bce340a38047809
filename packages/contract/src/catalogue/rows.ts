import type { Sentence } from "./sentence.ts";

/** What is wrong with a row of a price file; `ROW_` stands before the reader's own code. */
export const ROWS = {
  ROW_TIME_UNREADABLE: { says: "The time of this row cannot be read.", fix: "Say time_format, or mend the row." },
  ROW_TIME_DUPLICATE: {
    says: "This row has the time of the row before it.",
    fix: 'Remove one of the two, or say dirty = "skip" to keep the first.',
  },
  ROW_TIME_BACKWARD: { says: "This row is earlier than the row before it.", fix: 'Sort the file, or say dirty = "skip" to leave it out.' },
  ROW_VALUE_MISSING: { says: "A price of this row is missing.", fix: 'Fill it in, or say dirty = "skip" to leave the row out.' },
  ROW_NUMBER_UNREADABLE: { says: "A cell of this row is not a number.", fix: 'Mend it, or say dirty = "skip" to leave the row out.' },
  ROW_NUMBER_GROUPED: {
    says: "A number of this row is grouped with commas, so it could be read in two ways.",
    fix: 'Write it without, or say dirty = "skip".',
  },
  ROW_NUMBER_OUT_OF_RANGE: {
    says: "A number of this row is larger than what is kept exactly.",
    fix: 'Check its unit, or say dirty = "skip".',
  },
  ROW_PRICE_NOT_POSITIVE: { says: "A price of this row is zero or below.", fix: 'Mend it, or say dirty = "skip" to leave the row out.' },
  ROW_VOLUME_NEGATIVE: { says: "The volume of this row is negative.", fix: 'Mend it, or say dirty = "skip" to leave the row out.' },
  ROW_RANGE_BROKEN: {
    says: "The high of this row is not its highest price, or the low not its lowest.",
    fix: 'Mend it, or say dirty = "skip" to leave the row out.',
  },
  ROW_COLUMNS_MISSING: { says: "This row has fewer cells than the columns need.", fix: "Check delimiter and columns." },
  ROW_JUMP_AND_BACK: {
    says: "The price jumps far away at this open and is back at the close of the same bar: probably a bad print.",
    fix: "Check the row: an order that waits would trade there.",
  },
  ROW_JUMP_LIKE_SPLIT: {
    says: "The price jumps here by what looks like a split that is not adjusted.",
    fix: "Check the file against the instrument's splits.",
  },
  ROW_JUMP_LIKE_UNIT: {
    says: "The price jumps here by a factor of about a hundred, as if the unit had changed.",
    fix: "Check the file.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;
