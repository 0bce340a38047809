export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Schema = Readonly<{
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly Json[];
  const?: Json;
  pattern?: string;
  format?: string;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
}>;
type Parameter = Readonly<{ in: string; name: string; required?: boolean; schema?: Schema }>;
export type Operation = Readonly<{
  operationId: string;
  action: string;
  method: string;
  path: string;
  body: Schema | undefined;
  query: readonly string[];
  /** A path and a body that would do something if they were taken. */
  sample: Readonly<{ path: string; body: Json | undefined }>;
}>;

/** Values by their names that mean something on the stage: the most dangerous base for what is then broken. */
export const GOOD: Readonly<Record<string, Json>> = {
  portfolio_id: "alpha",
  to_portfolio_id: "beta",
  instrument: "LONG",
  side: "buy",
  quantity: "50",
  starting_cash: "1",
  amount: "1",
  reason: "x",
  level: "flatten",
  name: "x",
  portfolios: "*",
  actions: ["admin"],
  order_id: "1",
  key_id: "0".repeat(16),
};

/** For a pattern that nothing above fits. */
const CANDIDATES = [
  "1",
  "alpha",
  "LONG",
  "x",
  "cash",
  "a".repeat(16),
  "0".repeat(16),
  "123456",
  "03:15",
  "2026-11-20",
  "2026-11-20T00:00:00.000Z",
];

/** Operations of the document as a stranger reads them, each with a request that fits it. New routes are in by themselves. */
export function operationsOf(
  document: unknown,
): Readonly<{ operations: readonly Operation[]; resolve: (schema: Schema | undefined) => Schema }> {
  type Raw = Readonly<{
    operationId: string;
    "x-action": string;
    parameters?: readonly Parameter[];
    requestBody?: { content: Record<string, { schema: Schema }> };
  }>;
  const { paths, components } = document as Readonly<{
    paths: Readonly<Record<string, Readonly<Record<string, Raw>>>>;
    components: { schemas: Readonly<Record<string, Schema>> };
  }>;
  const resolve = (schema: Schema | undefined): Schema =>
    schema?.$ref === undefined ? (schema ?? {}) : resolve(components.schemas[schema.$ref.split("/").at(-1) ?? ""]);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]): Operation => {
      const { parameters = [], requestBody } = raw;
      const body = requestBody?.content["application/json"]?.schema;
      const text = (parameter: Parameter): string => encodeURIComponent(String(sampleOf(parameter.name, parameter.schema, resolve)));
      const query = parameters.filter((each) => each.in === "query");
      const needed = query.filter(({ required }) => required === true).map((each) => `${each.name}=${text(each)}`);
      const filled = parameters.filter((each) => each.in === "path").reduce((all, each) => all.replace(`{${each.name}}`, text(each)), path);
      return {
        operationId: raw.operationId,
        action: raw["x-action"],
        method: method.toUpperCase(),
        path,
        body,
        query: query.map(({ name }) => name),
        sample: {
          path: needed.length === 0 ? filled : `${filled}?${needed.join("&")}`,
          body: body === undefined ? undefined : sampleOf("", body, resolve),
        },
      };
    }),
  );
  return { operations, resolve };
}

/** A value that fits a schema. */
export function sampleOf(name: string, schema: Schema | undefined, resolve: (schema: Schema | undefined) => Schema): Json {
  const good = GOOD[name];
  const shape = resolve(schema);
  const variants = shape.anyOf ?? shape.oneOf ?? shape.allOf;
  if (good !== undefined && (variants !== undefined || fits(good, shape))) return good;
  if (variants !== undefined) return sampleOf(name, variants[0], resolve);
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum[0] ?? null;
  const type = Array.isArray(shape.type) ? shape.type[0] : shape.type;
  if (type === "integer" || type === "number") return shape.minimum ?? 1;
  if (type === "boolean") return false;
  if (type === "null") return null;
  if (type === "array") return Array.from({ length: shape.minItems ?? 0 }, () => sampleOf(name, shape.items, resolve));
  if (type === "object" || shape.properties !== undefined)
    return Object.fromEntries((shape.required ?? []).map((field) => [field, sampleOf(field, shape.properties?.[field], resolve)]));
  return CANDIDATES.find((text) => fits(text, shape)) ?? "x".repeat(shape.minLength ?? 1);
}

function fits(value: Json, shape: Schema): boolean {
  if (shape.enum !== undefined) return shape.enum.includes(value);
  if (typeof value !== "string") return true;
  if (shape.type !== undefined && shape.type !== "string") return false;
  if (shape.format === "date-time" && Number.isNaN(Date.parse(value))) return false;
  if (value.length < (shape.minLength ?? 0) || value.length > (shape.maxLength ?? Number.POSITIVE_INFINITY)) return false;
  return shape.pattern === undefined || patternOf(shape.pattern).test(value);
}

/** Patterns with `\p{…}` are written for the unicode mode; some carry their flag behind them. */
function patternOf(pattern: string): RegExp {
  return /\\p\{/.test(pattern) ? new RegExp(pattern.replace(/\/u$/, ""), "u") : new RegExp(pattern);
}
