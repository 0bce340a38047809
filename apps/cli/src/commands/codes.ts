import { CATALOGUE, nearestWord, renderCodes } from "@bulkhead/contract";
import { CommandFailure, print, type Shell, table } from "../shell.ts";

/** `bulkhead codes [CODE]`: what codes mean. */
export function codes(shell: Shell, options: Readonly<Record<string, unknown>>, code?: string): 0 {
  if (options["markdown"] === true) {
    shell.out(renderCodes());
    return 0;
  }
  const json = options["json"] === true;
  if (code === undefined) {
    const all = [...CATALOGUE].map(([name, sentence]) => ({ code: name, ...sentence }));
    print(shell, json, all, () => table([["Code", "What happened"], ...all.map((each) => [each.code, each.says])]));
    return 0;
  }
  const name = [...CATALOGUE.keys()].find((each) => each.toLowerCase() === code.toLowerCase());
  const sentence = name === undefined ? undefined : CATALOGUE.get(name);
  if (name === undefined || sentence === undefined) {
    const near = nearestWord(code, CATALOGUE.keys());
    throw new CommandFailure(
      "CLI_USAGE",
      { message: `There is no code ${code}${near === undefined ? "" : `; did you mean ${near}`}` },
      { exitCode: 2 },
    );
  }
  print(shell, json, { code: name, ...sentence }, () => `${name}: ${sentence.says} ${sentence.fix}\n`);
  return 0;
}
