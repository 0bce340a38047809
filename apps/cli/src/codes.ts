import type { Code } from "@bulkhead/contract";
import type { JournalLost } from "@bulkhead/host";
import type { LoadFailureCode, RowIssueCode } from "@bulkhead/market";
import type { BackedUp, BackupRefusal, FolderProblem, OpenProblem, RecoveryRefusal } from "@bulkhead/store";
import type { IntentCode, LoadProblem, ParamProblem, StrategyFault } from "@bulkhead/strategies";

/** Every code that another room can give to people, as the catalogue names it. */
type Given =
  | `ROW_${RowIssueCode}`
  | `DATA_${LoadFailureCode}`
  | IntentCode
  | ParamProblem["code"]
  | LoadProblem["code"]
  | StrategyFault["code"]
  | OpenProblem
  | FolderProblem
  | RecoveryRefusal
  | BackupRefusal
  | Extract<BackedUp, { ok: false }>["code"]
  | JournalLost["code"];

type Missing = Exclude<Given, Code>;
/** Does not compile while a code has no sentence: the compiler names it. */
export const EVERY_CODE_HAS_A_SENTENCE: [Missing] extends [never] ? true : Missing = true;
