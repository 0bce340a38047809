import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { AnswerOf } from "@bulkhead/contract";
import { reasonOf } from "../configuration.ts";
import { confirmed } from "../desk/confirm.ts";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

type Applied = AnswerOf<"applyConfig">["data"];
type Outcome = Applied["outcomes"][number];

/** `bulkhead apply`: shows what the desk's configuration says other than its books, and after a yes turns it into commands. */
export async function apply(shell: Shell, options: Options): Promise<0 | 1> {
  const desk = new Desk(shell, options);
  const json = options["json"] === true;
  const only = options["only"] as readonly string[] | undefined;
  const body = only === undefined ? {} : { changes: [...only] };
  const preview = await desk.ask("previewApplyConfig", { body });
  const { outcomes } = preview.data;
  const would = outcomes.filter(({ result }) => result === "applied").length;
  if (options["dryRun"] === true || would === 0) {
    print(shell, json, preview, () => `${differenceText(outcomes)}Nothing was done.\n`);
    return preview.data.refused === 0 ? 0 : 1;
  }
  if (!json) shell.out(differenceText(outcomes));
  await confirmed(shell, options, `makes ${would} ${would === 1 ? "change" : "changes"} to the books`);
  const applied = await desk.change("applyConfig", { body });
  printChange(shell, json, applied, () => resultText(applied.answer.data));
  return applied.answer.data.refused === 0 ? 0 : 1;
}

function differenceText(outcomes: readonly Outcome[]): string {
  return rowsText(
    [
      ["Change", "change_id"],
      ["In the books", "from"],
      ["Configured", "to"],
      ["Where", "origin"],
      ["Would be", "result"],
      ["Why", "detail"],
    ],
    outcomes,
    "The configuration says what the books say.",
  );
}

function resultText({ applied, refused, left, outcomes }: Applied): string {
  const lines = outcomes.filter(({ result }) => result === "refused").map(({ change_id, detail }) => `  ${change_id}: ${detail}\n`);
  return `${applied} applied, ${refused} refused, ${left} left\n${lines.join("")}`;
}

/** `bulkhead config export`: the books as a configuration that loads to the same settings; to stdout, or with `--output` into a new file. */
export async function configExport(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("exportConfig", {});
  const { text, notes } = answer.data;
  const output = textOf(options, "output");
  if (output !== undefined) write(resolve(shell.folder, output), output, text);
  for (const note of notes) shell.err(`Note: ${note}\n`);
  const shown = output === undefined ? text : `Wrote ${output}.\n`;
  print(shell, options["json"] === true, output === undefined ? answer : { ...answer, written: output }, () => shown);
  return 0;
}

function write(path: string, shown: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNWRITABLE", { path: shown, reason: reasonOf(error) }, { cause: error });
  }
}
