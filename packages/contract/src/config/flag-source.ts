import type { z } from "zod";
import { data as dataSchema } from "./data.ts";
import type { BacktestTable, PortfolioTable } from "./file.ts";
import type { Flags } from "./input.ts";
import { foundIn, type Origin, pathText } from "./problem.ts";
import type { Layer, Sink } from "./reader.ts";
import { dateOrInstant, money, resolution, symbols, whole } from "./values.ts";

/** What flags and the environment say, as layers over the tables of the file. */
export type Given = Readonly<{ flags: Layer<PortfolioTable>; environment: Layer<PortfolioTable>; backtest: Layer<BacktestTable> }>;

/** Reads flags and the two variables of S0.29 with the same schemas as the file. */
export function flagSource(flags: Flags, environment: Readonly<Record<string, string | undefined>>, sink: Sink): Given {
  const flag = (name: string): Origin => ({ kind: "flag", flag: name });
  const variable = (name: string): Origin => ({ kind: "environment", variable: name });
  const read = <S extends z.ZodType>(schema: S, value: unknown, origin: Origin): z.output<S> | undefined => {
    if (value === undefined || (value === "" && origin.kind === "environment")) return undefined;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const name = origin.kind === "flag" ? origin.flag : origin.kind === "environment" ? origin.variable : "";
    for (const { code, params, path } of foundIn(result.error, schema, value))
      sink.problems.push({ code, params, path: pathText([name, ...path]), origin });
    return undefined;
  };
  return {
    flags: {
      table: {
        symbols: read(symbols, flags.symbols, flag("--symbols")),
        starting_cash: read(money, flags.startingCash, flag("--starting-cash")),
      },
      origin: (key) => flag(key === "symbols" ? "--symbols" : "--starting-cash"),
      path: ["flag"],
    },
    environment: {
      table: {
        symbols: read(symbols, environment["SYMBOLS"], variable("SYMBOLS")),
        starting_cash: read(money, environment["DEFAULT_CASH"], variable("DEFAULT_CASH")),
      },
      origin: (key) => variable(key === "symbols" ? "SYMBOLS" : "DEFAULT_CASH"),
      path: ["environment"],
    },
    backtest: {
      table: {
        from: read(dateOrInstant, flags.from, flag("--from")),
        to: read(dateOrInstant, flags.to, flag("--to")),
        resolution: read(resolution, flags.resolution, flag("--resolution")),
        seed: read(whole(0, Number.MAX_SAFE_INTEGER), flags.seed, flag("--seed")),
        checks: flags.checks,
        data: flags.data?.map((each) => read(dataSchema, each, flag("--prices"))).filter((each) => each !== undefined),
      },
      origin: (key) => flag(key === "data" ? "--prices" : key === "checks" ? "--no-checks" : `--${key}`),
      path: ["flag"],
    },
  };
}
