import type { ListenOptions } from "@bulkhead/server";
import { raw } from "./raw.ts";
import { Stage } from "./stage.ts";

export const PASSWORD = "four plain words, and a comma";

/** A browser of one person: keeps its cookie and says what browsers say of a page of the desk. */
export class Browser {
  readonly stage: Stage;
  cookie = "";
  #wishes = 0;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  async ask(method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}) {
    const { port } = this.stage.listening;
    this.#wishes += 1;
    const isRead = method === "GET";
    const answer = await raw(port, {
      method,
      path,
      headers: {
        Host: `127.0.0.1:${port}`,
        "Sec-Fetch-Site": "same-origin",
        ...(this.cookie === "" ? {} : { Cookie: this.cookie }),
        ...(isRead
          ? {}
          : {
              Origin: `http://127.0.0.1:${port}`,
              "Content-Type": "application/json",
              "X-Bulkhead-Client": "page",
              "Idempotency-Key": `wish-${this.#wishes}`,
            }),
        ...more,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [set] = (answer.headers["set-cookie"] as string[] | undefined) ?? [];
    if (set !== undefined) this.cookie = set.split(";")[0] ?? "";
    const isJson = /json/.test(String(answer.headers["content-type"]));
    return { ...answer, setCookie: set, body: isJson && answer.text !== "" ? (JSON.parse(answer.text) as unknown) : null };
  }

  logIn(user = "ada", password = PASSWORD, more: object = {}) {
    return this.ask("POST", "/api/session", { user, password, ...more });
  }
}

/** A desk that wants a login, with one user `ada`, and a browser that is not logged in. */
export async function loginStage(
  options: Readonly<{ now?: () => number; listen?: Partial<ListenOptions> }> = {},
): Promise<Readonly<{ stage: Stage; browser: Browser }>> {
  const stage = await Stage.open({
    ...(options.now === undefined ? {} : { now: options.now }),
    listen: { login: true, showSetup: () => undefined, ...options.listen },
  });
  await stage.listening.app.services.users.add("ada", PASSWORD);
  return { stage, browser: new Browser(stage) };
}
