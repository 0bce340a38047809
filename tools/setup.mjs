#!/usr/bin/env node
// Installs what is missing or stale, then runs one of our tasks on the Node that comes with the project.
// Plain JavaScript and nothing but Node's own modules, because it runs before anything is installed, on any Node from 20 on.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const bin = join(modules, ".bin");
const stampFile = join(modules, ".bulkhead-stamp");
const nodeMajor = "v26.";

const dashboard = join(root, "apps/dashboard");
const builtFile = join(dashboard, "dist/.built-from");

const tasks = { install: () => 0, build, start, test };

/** Prints to stderr, so that what a task prints on stdout stays clean. */
const say = (text) => process.stderr.write(`${text}\n`);

async function main([name = "install", ...args]) {
  const task = tasks[name];
  if (task === undefined) {
    say(`Unknown task "${name}": one of ${Object.keys(tasks).join(", ")}.`);
    return 2;
  }
  if (!isInstalled()) {
    const unsupported = whyUnsupported();
    if (unsupported !== undefined) say(unsupported);
    const code = unsupported === undefined ? await install() : 1;
    if (code !== 0) return code;
  }
  const version = await output(join(bin, "node"), ["--version"]);
  if (!version.startsWith(nodeMajor)) {
    say(`node_modules/.bin/node is ${version || "missing"}, not ${nodeMajor}x. Delete node_modules and run this again.`);
    return 1;
  }
  return task(args);
}

/** `npm start`: the desk with its dashboard. */
async function start(args) {
  const code = await build();
  if (code !== 0) return code;
  return run(join(bin, "node"), [join(root, "apps/cli/bin/bulkhead.mjs"), "start", ...args]);
}

/** `npm test`: every test with a tenth of the counts; `--full` runs them in full. Arguments pass through to Vitest. */
async function test(args) {
  const code = await build();
  if (code !== 0) return code;
  const full = args.includes("--full") || process.env.BULKHEAD_FULL === "1";
  const seed = process.env.BULKHEAD_SEED ?? "42";
  say(`seed ${seed} (BULKHEAD_SEED), ${full ? "full counts" : "a tenth of the counts (npm run test:full runs all)"}`);
  const vitest = [join(modules, "vitest/vitest.mjs"), "run", ...args.filter((arg) => arg !== "--full")];
  // Hundreds of processes load the same modules: compiled once.
  const compiled = join(modules, ".cache/compiled");
  return run(join(bin, "node"), vitest, { BULKHEAD_FULL: full ? "1" : "0", BULKHEAD_SEED: seed, NODE_COMPILE_CACHE: compiled });
}

/** Builds the dashboard where its sources are others than those that it was built from; some seconds, once. */
async function build() {
  const from = dashboardSources();
  if (existsSync(builtFile) && readFileSync(builtFile, "utf8") === from) return 0;
  say("Building the dashboard.");
  const code = await run(
    join(bin, "node"),
    [join(modules, "vite/bin/vite.js"), "build", "--logLevel", "warn", "--emptyOutDir", dashboard],
    {},
    "stderr",
  );
  if (code === 0) writeFileSync(builtFile, from);
  else say(`The dashboard could not be built (${code}).`);
  return code;
}

/** What the dashboard is made of: its own files, the contract and money, and the packages that are installed. */
function dashboardSources() {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  for (const folder of ["apps/dashboard", "packages/contract", "packages/money"]) {
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .filter((path) => !/[\\/](dist|node_modules)[\\/]|\.test\.tsx?$/.test(path));
    for (const path of files.sort()) hash.update(`\n${relative(root, path)}\n`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function whyUnsupported() {
  if (process.platform === "win32") return "Bulkhead runs on Linux and macOS; on Windows use WSL2 (https://aka.ms/wsl).";
  if (process.report) process.report.excludeNetwork = true; // Else the report looks names up.
  if (process.platform === "linux" && process.report?.getReport().header.glibcVersionRuntime === undefined) {
    return "Bulkhead needs a Linux with glibc (Debian, Ubuntu, Fedora …); this one has another C library.";
  }
  return undefined;
}

/** What the install depends on: the lock file and every manifest that npm compares with it. */
function wanted() {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}\n`);
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const manifests = Object.keys(JSON.parse(lock).packages).filter((path) => !path.includes("node_modules"));
  for (const path of manifests.sort()) hash.update(readFileSync(join(root, path, "package.json"), "utf8"));
  return hash.update(lock).digest("hex");
}

/** True where an install of exactly this lock file has run to its end. A broken one leaves no stamp, and starts again. */
function isInstalled() {
  try {
    if (!existsSync(join(bin, "node"))) return false;
    const stamp = wanted();
    if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return true;
    if (!isInstalledByHand()) return false;
    writeFileSync(stampFile, stamp);
    return true;
  } catch {
    return false;
  }
}

/** True where `npm ci` or `npm install` was run directly: npm writes its own record last, when everything is in place. */
function isInstalledByHand() {
  const record = join(modules, ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const isSame = (path) => installed[path]?.version === packages[path]?.version && installed[path]?.integrity === packages[path]?.integrity;
  return (
    Object.keys(packages).every((path) => !path.includes("node_modules") || packages[path].optional || isSame(path)) &&
    Object.keys(installed).every((path) => isSame(path) && existsSync(join(root, path, "package.json")))
  );
}

/** Runs `npm ci` with progress. It starts from nothing each time, so a broken install is mended; npm's cache keeps what was fetched. */
async function install() {
  const total = countWanted();
  say(`Installing ${total.length} packages; a first time takes some ten seconds.`);
  rmSync(stampFile, { force: true });
  const began = Date.now();
  let shown = "";
  const timer = setInterval(() => {
    const present = total.filter((path) => existsSync(join(root, path, "package.json"))).length;
    const line = `  ${present} of ${total.length} packages in place, ${Math.round((Date.now() - began) / 1000)} s`;
    if (process.stderr.isTTY && line !== shown) process.stderr.write(`\r${line}`);
    shown = line;
  }, 500);
  // Without our own .bin in the path: npm must not run on the Node that it is about to replace.
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => entry !== bin);
  const code = await run(
    "npm",
    ["ci", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"],
    { PATH: path.join(delimiter) },
    "stderr",
  );
  clearInterval(timer);
  if (process.stderr.isTTY) process.stderr.write("\r");
  if (code !== 0) {
    say(`npm ci failed (${code}). Nothing is half installed: run the same command again, it starts over.`);
    return code;
  }
  writeFileSync(stampFile, wanted());
  say(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
  return 0;
}

/** The packages of the lock file that this machine gets, as paths. */
function countWanted() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const fits = (list, value) => list === undefined || [list].flat().includes(value);
  return Object.keys(packages).filter((path) => {
    const { optional, os, cpu, libc, link } = packages[path];
    if (!path.includes("node_modules")) return false;
    if (link) return true;
    if (optional && os === undefined && cpu === undefined) return false; // What only other platforms' packages ask for.
    return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, "glibc");
  });
}

/** Runs a program to its end with our terminal, passes signals on, and returns its exit code (128 + n for signal n). */
function run(program, args, env = {}, stdout = "stdout") {
  const path = `${bin}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn(program, args, {
    cwd: process.cwd(),
    env: { ...process.env, PATH: path, ...env },
    stdio: ["inherit", stdout === "stderr" ? 2 : "inherit", "inherit"],
  });
  const forward = (signal) => {
    // Ctrl-C in a terminal reaches the whole group already; twice would mean "at once, without tidying up".
    if (!(signal === "SIGINT" && process.stdin.isTTY)) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve) => {
    child.on("error", (error) => {
      say(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on("close", (code, signal) => {
      for (const each of signals) process.off(each, forward);
      resolve(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0));
    });
  });
}

/** What a program prints, or "" where it does not run. */
function output(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("error", () => resolve(""));
    child.on("close", () => resolve(text.trim()));
  });
}

process.exitCode = await main(process.argv.slice(2));
