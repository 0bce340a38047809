import { ALARMS } from "./alarms.ts";
import { BREAKS } from "./breaks.ts";
import { COMMAND_LINE } from "./command-line.ts";
import { CONFIG } from "./config.ts";
import { DESK } from "./desk.ts";
import { DIFFERENCES, PROPOSALS } from "./differences.ts";
import { HEALTH } from "./health.ts";
import { HTTP } from "./http.ts";
import { IMPORTING } from "./importing.ts";
import { JOURNAL } from "./journal.ts";
import { LOADING } from "./loading.ts";
import { REFUSALS } from "./refusals.ts";
import { RISK } from "./risk.ts";
import { ROWS } from "./rows.ts";
import { SECURITY } from "./security.ts";
import { type Figures, fill, type Sentence } from "./sentence.ts";
import { STORAGE } from "./storage.ts";
import { STRATEGIES } from "./strategies.ts";

/** The groups of codes, in the order in which they are documented. */
export const GROUPS = [
  { title: "Refused commands", about: "The engine did not admit the command. Nothing has changed.", sentences: REFUSALS },
  {
    title: "Rules of the risk gate",
    about: "What a receipt names when an order was reduced or denied, in the order in which they are asked.",
    sentences: RISK,
  },
  { title: "Breaks", about: "Something was booked that did not fit. Facts are always booked.", sentences: BREAKS },
  { title: "Differences", about: "What a venue has otherwise than the books, and waits for an answer.", sentences: DIFFERENCES },
  { title: "Proposed explanations", about: "What a difference most likely was; never more than a proposal.", sentences: PROPOSALS },
  { title: "Configuration", about: "The configuration does not load. Every problem is said at once, with its line.", sentences: CONFIG },
  { title: "Prices", about: "Why prices do not load.", sentences: LOADING },
  { title: "Rows of price files", about: "What is not clean in a price file, with its line.", sentences: ROWS },
  { title: "Strategies", about: "What is wrong with a strategy, its params or its intents.", sentences: STRATEGIES },
  { title: "Journal", about: "Why a journal does not open, or what is wrong inside.", sentences: JOURNAL },
  {
    title: "Data folder, witness and backups",
    about: "Why a data folder, a witness or a backup cannot be used. Nothing was touched, unless a sentence says so.",
    sentences: STORAGE,
  },
  { title: "Importing statements", about: "Why a statement is not booked. Nothing of it was.", sentences: IMPORTING },
  { title: "Desk", about: "Why a desk does not open.", sentences: DESK },
  { title: "Alarms", about: "What somebody must look at now.", sentences: ALARMS },
  { title: "API", about: "What the desk answers over HTTP when it does not do what was asked.", sentences: HTTP },
  { title: "Security", about: "What is said about logging in, keys and secrets.", sentences: SECURITY },
  { title: "Health", about: "What `bulkhead doctor` and `GET /api/system` say of a desk and its folder.", sentences: HEALTH },
  { title: "Command line", about: "What the command says when it cannot do what was asked.", sentences: COMMAND_LINE },
] as const;

type KeysOf<T> = T extends unknown ? keyof T : never;
/** Every code of the product that people may see. */
export type Code = KeysOf<(typeof GROUPS)[number]["sentences"]> & string;

/** Every code with its sentence: the same in the command line, the API and the screen. */
export const CATALOGUE: ReadonlyMap<string, Sentence> = new Map(
  GROUPS.flatMap((group) => Object.entries(group.sentences as Readonly<Record<string, Sentence>>)),
);

/** What a code says with its figures; the code itself where it has no sentence (which a test rules out for ours). */
export function explain(code: string, figures: Figures = {}): string {
  const sentence = CATALOGUE.get(code);
  return sentence === undefined ? code : fill(sentence, figures);
}
