import { originText, type Setting } from "@bulkhead/contract";
import { configurationOfDesk } from "../configuration.ts";
import { print, type Shell } from "../shell.ts";

/** `bulkhead config show [FILE] [--origin]`: what is in force, in words. Nothing secret is ever part of a configuration. */
export function configShow(shell: Shell, options: Readonly<Record<string, unknown>>, path?: string): 0 {
  const { config, isDemo } = configurationOfDesk(shell, path);
  if (isDemo) shell.err("Note: there is no bulkhead.toml here; this is the demo desk, which runs without one.\n");
  const origin = options["origin"] === true;
  const settings = config.settings.map(({ key, value, words, origin: from }) => ({
    key,
    value,
    words,
    ...(origin ? { from: fromText({ origin: from }) } : {}),
  }));
  print(shell, options["json"] === true, { settings, notes: config.notes }, () => sections(config.settings, origin));
  return 0;
}

/** "bulkhead.toml:18", or "default". */
const fromText = (setting: Pick<Setting, "origin">): string => originText(setting.origin) || "default";

/** One section per thing, each value one sentence: `  max_position_pct   50 % of equity per position at most, from bulkhead.toml:18`. */
function sections(settings: readonly Setting[], origin: boolean): string {
  const things = new Map<string, Setting[]>();
  for (const setting of settings) {
    const thing = setting.key.slice(0, setting.key.lastIndexOf("."));
    things.set(thing, [...(things.get(thing) ?? []), setting]);
  }
  const parts = [...things].map(([thing, own]) => {
    const names = own.map((setting) => setting.key.slice(thing.length + 1));
    const width = Math.max(...names.map((name) => name.length));
    const lines = own.map(
      (setting, index) => `  ${(names[index] ?? "").padEnd(width)}  ${setting.words}${origin ? `, from ${fromText(setting)}` : ""}`,
    );
    return `${thing.replace(".", " ")}\n${lines.join("\n")}\n`;
  });
  return parts.join("\n");
}
