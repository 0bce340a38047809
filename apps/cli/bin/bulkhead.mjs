#!/usr/bin/env node
// Starts the command on the Node that comes with the project: plain JavaScript, so that any Node from 20 on gets this far.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WANTED = 26;
// The desk is a program of its own, because the command knows no server; people start both by one name.
const isDesk = process.argv[2] === "start";
const main = new URL(isDesk ? "../../server/src/main.ts" : "../src/main.ts", import.meta.url);

if (Number(process.versions.node.split(".")[0]) >= WANTED) {
  module.enableCompileCache?.();
  if (isDesk) process.argv.splice(2, 1);
  await import(main.href);
} else {
  const node = findNode();
  if (node === undefined) {
    process.stderr.write(
      `Bulkhead runs on Node ${WANTED}, which comes with the project: run "npm install" (this is Node ${process.versions.node}).\n`,
    );
    process.exitCode = 1;
  } else {
    process.exitCode = await run(node);
  }
}

/** The Node of node_modules: its platform package, looked up from here on. */
function findNode() {
  const require = module.createRequire(import.meta.url);
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  for (const name of names) {
    try {
      const binary = join(dirname(require.resolve(`${name}/package.json`)), "bin", process.platform === "win32" ? "node.exe" : "node");
      if (existsSync(binary)) return binary;
    } catch {
      // Not this one.
    }
  }
  const linked = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
  return existsSync(linked) ? linked : undefined;
}

/** Runs this file again on another Node, with our terminal, passing signals on; returns its exit code. */
function run(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // Ctrl-C in a terminal reaches the whole group already.
    process.on(signal, () => {
      if (!(signal === "SIGINT" && process.stdin.isTTY)) child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(`${node}: ${error.message}\n`);
      resolve(127);
    });
    child.on("close", (code, signal) => resolve(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0)));
  });
}
