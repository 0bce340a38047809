// Sizes of files and functions beside their bounds (docs/style.md, "Measured").
import { functionLines, isTest, read, sourcePaths } from "./sources.ts";

type Bound = Readonly<{ name: string; sizes: readonly number[]; bounds: readonly (readonly [share: number, most: number])[] }>;

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const paths = sourcePaths().filter((path) => !isTest(path));
const rooms = new Map<string, string[]>();
for (const path of paths) {
  const room = path.split("/").slice(0, /^(packages|apps)\//.test(path) ? 2 : 1);
  const name = path.includes("/") ? room.join("/") : ".";
  rooms.set(name, [...(rooms.get(name) ?? []), path]);
}

function measure(name: string, files: readonly string[]): readonly Bound[] {
  const ascending = (a: number, b: number): number => a - b;
  const fileSizes = files.map((path) => read(path).trimEnd().split("\n").length).sort(ascending);
  const functionSizes = files.flatMap((path) => functionLines(path).map(({ start, end }) => end - start + 1)).sort(ascending);
  return [
    {
      name: `${name} files`,
      sizes: fileSizes,
      bounds: [
        [0.5, 80],
        [0.9, 250],
        [1, 400],
      ],
    },
    {
      name: `${name} functions`,
      sizes: functionSizes,
      bounds: [
        [0.9, 20],
        [0.99, 50],
        [1, 70],
      ],
    },
  ];
}

function line({ name, sizes, bounds }: Bound): string {
  const figures = bounds.map(([share, most]) => {
    const size = at(sizes, share);
    return `${share === 1 ? "max" : `p${share * 100}`} ${size}/${most}${size > most ? " !" : ""}`;
  });
  return `${name.padEnd(32)} ${String(sizes.length).padStart(5)}  ${figures.join("  ")}`;
}

for (const bound of [...rooms].flatMap(([name, files]) => measure(name, files))) console.log(line(bound));
for (const bound of measure("all", paths)) console.log(line(bound));
