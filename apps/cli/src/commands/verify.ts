import { withBooks } from "../books.ts";
import { textOf } from "../desk/find.ts";
import { CommandFailure, print, type Shell } from "../shell.ts";
import { prove, type Verdict } from "../verify/prove.ts";

/** `bulkhead verify DIR`: proves a journal and says with what figures; fails at the first difference with its record. */
export function verify(shell: Shell, options: Readonly<Record<string, unknown>>, folder = ""): 0 {
  const verdict = withBooks(shell, folder, prove, textOf(options, "account"));
  if (!verdict.ok) {
    const proven = verdict.proofs.map((proof) => `proven before that: ${proof.name}: ${proof.figures}`);
    throw new CommandFailure("CLI_VERIFY_FAILED", { seq: verdict.seq, reason: verdict.reason }, { details: proven });
  }
  print(shell, options["json"] === true, verdict, () => said(verdict, folder));
  return 0;
}

function said({ records, events, digest, chainHead, proofs }: Extract<Verdict, { ok: true }>, folder: string): string {
  const width = Math.max(...proofs.map((proof) => proof.name.length));
  const lines = proofs.map(({ name, figures }) => `  ✓ ${name.padEnd(width)}  ${figures}`);
  return `${folder}: proven, ${records} records, ${events} events\n${lines.join("\n")}\n  digest      ${digest}\n  chain head  ${chainHead}\n`;
}
