import type { AnswerOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { type Options, print, type Shell } from "../shell.ts";

type Running = AnswerOf<"startStrategy">["data"];

/** `bulkhead strategy running`: what each portfolio of the desk runs, and how it stands. */
export async function strategyRunning(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listStrategies", { query: { limit: 500 } });
  print(shell, options["json"] === true, answer, () =>
    rowsText(
      [
        ["Portfolio", "portfolio_id"],
        ["Strategy", "strategy"],
        ["Version", "version"],
        ["State", "state"],
        ["Host", "host"],
        ["Faults", "faults"],
        ["Restarts", "restarts"],
        ["Asked (UTC)", "last_evaluated_at", "instant"],
        ["Wished (UTC)", "last_intent_at", "instant"],
        ["Note", "note"],
      ],
      answer.data,
      "No portfolio runs a strategy.",
    ),
  );
  return 0;
}

/** `bulkhead strategy start PORTFOLIO`: its strategy runs again. */
export const strategyStart = (shell: Shell, options: Options, id = ""): Promise<0> => change(shell, options, "startStrategy", id);
/** `bulkhead strategy stop PORTFOLIO`: it is not asked any more; positions and their stops stay managed. */
export const strategyStop = (shell: Shell, options: Options, id = ""): Promise<0> => change(shell, options, "stopStrategy", id);
/** `bulkhead strategy reload PORTFOLIO`: its file is loaded anew. */
export const strategyReload = (shell: Shell, options: Options, id = ""): Promise<0> => change(shell, options, "reloadStrategy", id);

type StrategyOperation = "startStrategy" | "stopStrategy" | "reloadStrategy";

async function change(shell: Shell, options: Options, operation: StrategyOperation, id: string): Promise<0> {
  const body = { reason: textOf(options, "reason") ?? "" };
  const changed = await new Desk(shell, options).change(operation, { params: { portfolio_id: id }, body });
  printChange(shell, options["json"] === true, changed, () => stateText(changed.answer.data));
  return 0;
}

const stateText = ({ portfolio_id, strategy, version, state, note }: Running): string =>
  `${portfolio_id}: ${strategy} ${version} is ${state}${note === "" ? "" : `: ${note}`}\n`;
