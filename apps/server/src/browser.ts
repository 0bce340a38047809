import { spawn } from "node:child_process";

type Surroundings = Readonly<{
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  /** Whether a person looks at the output. */
  isTerminal: boolean;
}>;

/**
 * The program that opens an address, with its arguments; undefined where no window would come up: no terminal, a shell on another machine, a
 * container, a build, or a wish (`BROWSER=none`).
 */
export function openerOf({ platform, environment, isTerminal }: Surroundings): readonly [string, ...string[]] | undefined {
  const has = (name: string): boolean => (environment[name] ?? "") !== "";
  if (!isTerminal || environment["BROWSER"] === "none" || has("CI") || has("SSH_CONNECTION") || has("SSH_TTY")) return undefined;
  if (platform === "darwin") return ["open"];
  if (platform === "linux" && (has("WSL_DISTRO_NAME") || has("DISPLAY") || has("WAYLAND_DISPLAY"))) return ["xdg-open"];
  return undefined;
}

/** Shows an address to a person at a desktop; nobody waits for it, and one that fails is no trouble. */
export function openBrowser(url: string, surroundings: Surroundings): void {
  const opener = openerOf(surroundings);
  if (opener === undefined) return;
  const [program, ...args] = opener;
  spawn(program, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
