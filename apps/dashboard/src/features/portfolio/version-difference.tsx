import { type ReactNode, useState } from "react";
import { exact } from "../../shared/format/time.ts";
import { SelectField } from "../../shared/ui/field.tsx";
import { differenceOf, type Version } from "./slices.ts";

/** A version in a word or two: who decides, by which code. */
export function versionWords({ strategy, version, code_hash }: Version): string {
  if (strategy === null) return "by hand";
  return `${strategy} ${version}${code_hash === null ? "" : ` · ${code_hash.slice(0, 8)}`}`;
}

/** How two versions differ, line against line. */
export function VersionDifference({ versions }: Readonly<{ versions: readonly Version[] }>): ReactNode {
  const [from, setFrom] = useState(1);
  const [to, setTo] = useState(0);
  const [before, after] = [versions[from], versions[to]];
  const options = versions.map((version, index) => ({
    value: String(index),
    label: `${versionWords(version)}, since ${exact(version.at)}`,
  }));
  return (
    <section aria-label="Difference of versions" className="flex flex-col gap-3 border-t border-line p-4">
      <h3 className="text-sm font-semibold">What changed between two versions</h3>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField label="From" value={String(from)} options={options} onChange={(event) => setFrom(Number(event.target.value))} />
        <SelectField label="To" value={String(to)} options={options} onChange={(event) => setTo(Number(event.target.value))} />
      </div>
      {before === undefined || after === undefined ? null : (
        <div className="overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5">
          {differenceOf(before, after).map(({ mark, text }) => (
            <p key={mark + text} className={mark === " " ? "text-muted" : mark === "+" ? "text-gain" : "text-loss"}>
              <span className="sr-only">{mark === " " ? "the same: " : mark === "+" ? "now: " : "before: "}</span>
              <span aria-hidden className="inline-block w-4">
                {mark}
              </span>
              <span className="whitespace-pre">{text}</span>
            </p>
          ))}
        </div>
      )}
      {after === undefined ? null : (
        <p className="text-xs text-muted">
          Made by {after.by}. The code of a file is known by its hash alone: keep the file itself under version control.
        </p>
      )}
    </section>
  );
}
