/** Name of the journal's file inside a data folder. */
export const JOURNAL_FILE = "journal.sqlite";
