/** What a configuration is made from. Precedence: flag, environment, file, default. */
export type ConfigInput = Readonly<{
  file?: Readonly<{ name: string; text: string }> | undefined;
  /** `PORTFOLIOS`, `SYMBOLS` and `DEFAULT_CASH` are read (S0.27, S0.29); nothing else is looked at. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  flags?: Flags | undefined;
}>;

/**
 * What may be said on the command line, as text. `symbols` and `startingCash` hold for every portfolio; `strategy` makes one
 * portfolio that runs it, `data` stands in for the file's sources of prices.
 */
export type Flags = Readonly<{
  from?: string | undefined;
  to?: string | undefined;
  resolution?: string | undefined;
  seed?: string | undefined;
  symbols?: string | undefined;
  startingCash?: string | undefined;
  checks?: boolean | undefined;
  /** Values of params are text, to be read by what the strategy declares. */
  strategy?: Readonly<{ id: string; path: string; params: Readonly<Record<string, string>> }> | undefined;
  data?: readonly unknown[] | undefined;
}>;
