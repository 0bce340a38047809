import { expect, test } from "vitest";
import { loadConfig } from "./load.ts";
import { originText } from "./problem.ts";

const BOOKS = `[[account]]
id = "main"
starting_cash = "1000"
[[account]]
id = "other"
starting_cash = "1000"
[[portfolio]]
id = "a"
account = "main"
starting_cash = "10"
[[portfolio]]
id = "b"
account = "other"
starting_cash = "10"
`;
const load = (text: string) => loadConfig({ file: { name: "f.toml", text: `${BOOKS}${text}` } });
const problems = (text: string): readonly string[] => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(({ code, origin }) => `${originText(origin)} ${code}`);
};

test("[CFG-70] rules of [[attribute]] keep their order and go to the account that is named, or that lists the portfolio (A2)", () => {
  const loaded = load(`[[attribute]]
portfolio = "a"
reference_prefix = "grid-"
[[attribute]]
portfolio = "b"
client = "7"
symbol = "AAPL"
[[attribute]]
account = "main"
portfolio = "later"
symbol = "SPY@XNYS"
`);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const [main, other] = loaded.config.accounts;
  expect(main?.settings.attribution).toEqual([
    { portfolio: "a", referencePrefix: "grid-", client: null, instrument: null },
    { portfolio: "later", referencePrefix: null, client: null, instrument: "SPY@XNYS" },
  ]);
  expect(other?.settings.attribution).toEqual([{ portfolio: "b", referencePrefix: null, client: "7", instrument: "AAPL" }]);
  const shown = loaded.config.settings.filter(({ key }) => key.startsWith("attribute."));
  expect(shown.map(({ words }) => words)).toContain("what others trade with client 7 and AAPL is b's");
});

// biome-ignore format: one mistake per row.
test.each([
  ["that gives away whatever anybody does",  'portfolio = "a"\n',                                "f.toml:16",  "CONFIG_ATTRIBUTE_ANY"],
  ["whose account nobody knows",             'portfolio = "later"\nclient = "7"\n',              "f.toml:16",  "CONFIG_ACCOUNT_UNCLEAR"],
  ["of an account that is not there",        'portfolio = "a"\naccount = "x"\nclient = "7"\n',   "f.toml:17",  "CONFIG_ACCOUNT_UNKNOWN"],
  ["with a key that is none",                'portfolio = "a"\nprefix = "7"\n',                  "f.toml:17",  "CONFIG_KEY_UNKNOWN"],
  ["for the built-in portfolio",             'portfolio = "unattributed"\nclient = "7"\n',       "f.toml:16",  "CONFIG_ID_RESERVED"],
] as const)("[CFG-70] a rule %s is refused with its line", (_what, text, line, code) => {
  const [problem = ""] = problems(`[[attribute]]\n${text}`);
  expect(problem).toBe(`${line} ${code}`);
});

test("[CFG-70] [REC-28] an account may trade where its venue is simulated, and looks on at a broker until somebody says otherwise (S0.1)", () => {
  const access = (text: string) => {
    const loaded = loadConfig({ file: { name: "f.toml", text } });
    return loaded.ok ? loaded.config.accounts[0]?.settings.access : loaded.problems;
  };
  expect([access(""), access('[account]\nvenue = "ibkr"'), access('[account]\nvenue = "ibkr"\naccess = "trade"')]).toEqual([
    "trade",
    "read-only",
    "trade",
  ]);
});
