import type { Command } from "commander";
import { type Add, asDefault, examples } from "./add.ts";

type Verb = readonly [usage: string, about: string, work: keyof typeof import("../commands/people.ts")];

const USER: readonly Verb[] = [
  ["add <name>", "somebody who may log in; the password is asked, or the first line of stdin", "userAdd"],
  ["list", "who may log in", "userList"],
  ["password <name>", "a new password; the user is logged out everywhere", "userPassword"],
  ["forget-code <name>", "the authenticator is lost: log in without a code", "userForgetCode"],
  ["remove <name>", "somebody may not log in any more", "userRemove"],
];
const SECRET: readonly Verb[] = [
  ["set <name>", "keep a secret, encrypted; it is asked, or the first line of stdin", "secretSet"],
  ["list", "names and versions, never what they hold", "secretList"],
  ["remove <name>", "remove one for good", "secretRemove"],
  ["rotate", "all of them under a new key", "secretRotate"],
];

/** Who may log in, and what the desk keeps secret: on a data folder whose desk does not run. */
export function addPeople(root: Command, add: Add): void {
  const groups = [
    [root.command("user").description("people who may log in, while no desk runs"), USER],
    [root.command("secret").description("what the desk keeps encrypted, while no desk runs"), SECRET],
  ] as const;
  for (const [group, verbs] of groups) {
    for (const [usage, about, work] of verbs) {
      const more = usage === "list" ? asDefault : undefined;
      const command = add(group, usage, about, async () => (await import("../commands/people.ts"))[work], more);
      command.option("--data <folder>", "the desk's data folder; else BULKHEAD_HOME, else the platform's place");
      if (usage.startsWith("remove")) command.option("--yes", "do not ask");
      if (usage === "rotate") command.option("--passphrase", "under a passphrase that is asked, in place of a key file");
      command.addHelpText(
        "after",
        examples(`bulkhead ${group.name()} ${usage.replace("<name>", group === groups[0][0] ? "ada" : "ntfy-token")}`),
      );
    }
  }
  add(
    root,
    "verify-audit",
    "whether every line of the audit is as it was written, while no desk runs",
    async () => (await import("../commands/people.ts")).verifyAudit,
  )
    .option("--data <folder>", "the desk's data folder; else BULKHEAD_HOME, else the platform's place")
    .addHelpText("after", examples("bulkhead verify-audit --data /srv/bulkhead"));
}
