import { unreachable } from "../assert.ts";
import type { HistoryCommand } from "../reconcile/history.ts";
import type { StateView } from "../state.ts";
import { configureAccount, defineAsset, defineInstrument, openAccount } from "./account-commands.ts";
import { approveProposal } from "./approve-proposal.ts";
import { assignUnattributed } from "./assignments.ts";
import { depositOrWithdraw, transferCapital, transferPosition } from "./capital.ts";
import { recordCash } from "./cash.ts";
import { claimOrder } from "./claim-order.ts";
import type { Command } from "./commands.ts";
import { continueExits } from "./continue-exits.ts";
import { acceptContract, recordContract } from "./contracts.ts";
import { clearKill, engageKill, reportStrategyFault, setMode, startEpoch, stopOrStartStrategy } from "./control.ts";
import { convertPosition } from "./convert-position.ts";
import { recordSplit } from "./corporate-actions.ts";
import { correctExecution } from "./correct-execution.ts";
import { decideHistory } from "./history-commands.ts";
import { recordConversion, recordFee, recordIncome } from "./income.ts";
import { markAccount, rollDay } from "./marking.ts";
import { cancelOrder, recordOrderFact, replaceOrder } from "./order-commands.ts";
import { tightenProtection, widenProtection } from "./overnight-commands.ts";
import { placeOrder } from "./place-order.ts";
import { archivePortfolio, configurePortfolio, createPortfolio, pauseOrResume } from "./portfolio-commands.ts";
import { ratchetProtection, setProtection, triggerProtection } from "./protection-commands.ts";
import { recordExecution } from "./record-execution.ts";
import { adoptBaseline, recordSnapshot } from "./record-snapshot.ts";
import { recordReplaceReject } from "./reject-replace.ts";
import { refuse, type Step } from "./step.ts";
import { undoAssignment } from "./undo-assignment.ts";
import { writeOffBreak } from "./write-off.ts";

/** Refuses a command or says what happens. Pure. When several refusals apply, the first in the documented order is given. */
export function decide(state: StateView, command: Command): Step {
  if (!(Number.isSafeInteger(command.at) && command.at >= state.at)) return refuse("TIME_BACKWARD", { at: command.at, now: state.at });
  if (state.account === undefined && command.type !== "OpenAccount") return refuse("ACCOUNT_NOT_OPEN", { command: command.type });
  switch (command.type) {
    case "PlaceOrder":
      return placeOrder(state, command);
    case "RecordExecution":
      return continueExits(state, recordExecution(state, command), command.at);
    case "CancelOrder":
      return cancelOrder(state, command);
    case "ReplaceOrder":
      return replaceOrder(state, command);
    case "RecordSendOutcome":
    case "RecordAck":
    case "RecordReject":
    case "RecordCancel":
    case "RecordExpiry":
      return continueExits(state, recordOrderFact(state, command), command.at);
    case "RecordReplaceReject":
      return recordReplaceReject(state, command);
    case "CorrectExecution":
      return continueExits(state, correctExecution(state, command), command.at);
    case "RecordFee":
      return recordFee(state, command);
    case "RecordIncome":
      return recordIncome(state, command);
    case "ApproveProposal":
      return approveProposal(state, command);
    case "RecordContract":
      return recordContract(state, command);
    case "AcceptContract":
      return acceptContract(state, command);
    case "RecordCorporateAction":
      return recordSplit(state, command);
    case "ConvertPosition":
      return convertPosition(state, command);
    case "RecordConversion":
      return recordConversion(state, command);
    case "RecordSnapshot":
      return continueExits(state, recordSnapshot(state, command), command.at);
    case "RecordCash":
      return recordCash(state, command);
    case "TriggerProtection":
      return triggerProtection(state, command);
    case "RatchetProtection":
      return ratchetProtection(state, command);
    case "WidenProtection":
      return widenProtection(state, command);
    case "TightenProtection":
      return tightenProtection(state, command);
    case "SetProtection":
      return setProtection(state, command);
    case "MarkAccount":
      return markAccount(state, command);
    case "RollDay":
      return rollDay(state, command);
    default:
      return decideControl(state, command);
  }
}

type Rare = Extract<
  Command,
  {
    type:
      | "OpenAccount"
      | "ConfigureAccount"
      | "DefineAsset"
      | "DefineInstrument"
      | "CreatePortfolio"
      | "ConfigurePortfolio"
      | "PausePortfolio"
      | "ResumePortfolio"
      | "ArchivePortfolio"
      | "StopStrategy"
      | "StartStrategy"
      | "Deposit"
      | "Withdraw"
      | "TransferCapital"
      | "TransferPosition"
      | "EngageKill"
      | "ClearKill"
      | "SetMode"
      | "StartEpoch"
      | "ReportStrategyFault"
      | "AdoptBaseline"
      | "AssignUnattributed"
      | "WriteOffBreak"
      | "UndoAssignment"
      | "ClaimOrder"
      | HistoryCommand["type"];
  }
>;

function decideControl(state: StateView, command: Rare): Step {
  switch (command.type) {
    case "OpenAccount":
      return openAccount(state, command);
    case "ConfigureAccount":
      return configureAccount(state, command);
    case "DefineAsset":
      return defineAsset(state, command);
    case "DefineInstrument":
      return defineInstrument(state, command);
    case "CreatePortfolio":
      return createPortfolio(state, command);
    case "ConfigurePortfolio":
      return configurePortfolio(state, command);
    case "PausePortfolio":
    case "ResumePortfolio":
      return pauseOrResume(state, command);
    case "ArchivePortfolio":
      return archivePortfolio(state, command);
    case "StopStrategy":
    case "StartStrategy":
      return stopOrStartStrategy(state, command);
    case "Deposit":
    case "Withdraw":
      return depositOrWithdraw(state, command);
    case "TransferCapital":
      return transferCapital(state, command);
    case "TransferPosition":
      return transferPosition(state, command);
    case "EngageKill":
      return engageKill(state, command);
    case "ClearKill":
      return clearKill(state, command);
    case "SetMode":
      return continueExits(state, setMode(state, command), command.at);
    case "StartEpoch":
      return startEpoch(state, command);
    case "ReportStrategyFault":
      return reportStrategyFault(state, command);
    case "AdoptBaseline":
      return adoptBaseline(state, command);
    case "AssignUnattributed":
      return assignUnattributed(state, command);
    case "WriteOffBreak":
      return writeOffBreak(state, command);
    case "UndoAssignment":
      return undoAssignment(state, command);
    case "ClaimOrder":
      return claimOrder(state, command);
    case "RecordHistoryGap":
    case "RecordCoverage":
    case "CloseHistory":
    case "NameStatementContract":
      return decideHistory(state, command);
    default:
      return unreachable(command);
  }
}
