import type { Desk } from "../desk/desk.ts";
import { Feeds } from "../ws/feed.ts";
import { Api } from "./api.ts";
import { Wishes } from "./idempotency.ts";
import { pageRoute } from "./page.ts";
import { barsRoute } from "./routes/bars.ts";
import { bookRoutes } from "./routes/books.ts";
import { eventRoutes } from "./routes/events.ts";
import { explainRoute } from "./routes/explain.ts";
import { exportRoute } from "./routes/export.ts";
import { documentOf, documentRoute, healthRoutes } from "./routes/health.ts";
import { keyRoutes } from "./routes/keys.ts";
import { killRoutes } from "./routes/kill.ts";
import { listRoutes } from "./routes/lists.ts";
import { logRoute } from "./routes/logs.ts";
import { orderRoutes } from "./routes/orders.ts";
import { performanceRoute } from "./routes/performance.ts";
import { portfolioRoutes } from "./routes/portfolios.ts";
import { transferRoutes } from "./routes/transfers.ts";
import { whyRoute } from "./routes/why.ts";
import { ApiKeys } from "./security/keys.ts";
import { RATES, Rates } from "./security/rates.ts";
import type { AppOptions, Services } from "./services.ts";
import { Versions } from "./versions.ts";

/** A desk's API without a port. */
export type App = Readonly<{
  fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
  services: Services;
  /** What the routes are: for tests of authorisation and for the document. */
  definitions: Api["definitions"];
  document: () => object;
  close: () => void;
}>;

/** The API of a desk (`docs/spec/http.md`) without the headers that `listen` puts on every answer. The store stays the caller's; everything else ends with `close`. */
export function createApp(desk: Desk, options: AppOptions): App {
  const now = options.now ?? Date.now;
  const keys = new ApiKeys(options.store, now);
  const services: Services = {
    desk,
    options,
    now,
    keys,
    wishes: new Wishes(options.store, now),
    versions: new Versions(desk, options.history ?? (() => undefined)),
    rates: new Rates({ ...RATES, ...options.rates }, now),
    feeds: new Feeds(desk),
  };
  const api = new Api(services);
  for (const add of [
    healthRoutes,
    documentRoute,
    portfolioRoutes,
    transferRoutes,
    bookRoutes,
    barsRoute,
    orderRoutes,
    listRoutes,
    performanceRoute,
    explainRoute,
    exportRoute,
    whyRoute,
    killRoutes,
    eventRoutes,
    logRoute,
    keyRoutes,
    pageRoute,
  ])
    add(api);
  return {
    fetch: (request, env) => api.app.fetch(request, env as object),
    services,
    definitions: api.definitions,
    document: () => documentOf(api),
    close: () => {
      services.versions.close();
      services.feeds.close();
    },
  };
}
