import { afterAll, describe, expect, test } from "vitest";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;
const PASSWORD = "four plain words, and a comma";

describe.skipIf(noTheatre !== null)(`people${theatreNote}`, () => {
  test("[DASH-18] a desk that wants a login: the first user, the form, the dashboard, and a fresh proof for a key", {
    timeout,
  }, async () => {
    let token = "";
    const theatre = await Theatre.open({
      hours: 1,
      serving: {
        login: true,
        showSetup: (text) => {
          token = text;
        },
      },
    });
    const page = await theatre.page("/");
    expect(page.url()).toBe(`${theatre.url}/login`);
    await page.getByLabel(/token/i).fill(token);
    await page.getByLabel("Name", { exact: true }).fill("ada");
    await page.getByLabel(/password/i).fill(PASSWORD);
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByRole("row").filter({ hasText: "Steady Hands" }).waitFor();
    await page.getByText("connected", { exact: true }).waitFor();

    // Somebody else's browser: nothing but the form, and no word of what is behind it.
    const other = await theatre.page("/settings?tab=keys");
    expect(other.url()).toBe(`${theatre.url}/login`);
    expect(await other.content()).not.toContain("Steady Hands");
    await other.getByLabel("Name", { exact: true }).fill("ada");
    await other.getByLabel(/password/i).fill("not that one at all");
    await other.getByRole("button", { name: "Log in" }).click();
    await other.getByText(/do not fit/).waitFor();
    await other.getByLabel(/password/i).fill(PASSWORD);
    await other.getByRole("button", { name: "Log in" }).click();
    await other.getByText("connected", { exact: true }).waitFor();

    await other.goto(`${theatre.url}/settings?tab=keys`);
    await other.getByRole("button", { name: "New key…" }).click();
    await other.getByRole("dialog").getByLabel("Name").fill("my bot");
    await other.getByRole("button", { name: "Make the key" }).click();
    const proof = other.getByRole("dialog", { name: "Is it you?" });
    await proof.getByLabel("Password or code").fill("not that one at all");
    await proof.getByRole("button", { name: "It is me" }).click();
    await proof.getByRole("alert").waitFor();
    await proof.getByLabel("Password or code").fill(PASSWORD);
    await proof.getByRole("button", { name: "It is me" }).click();
    // What was asked for goes on by itself, with what had been typed.
    await other.getByText("Keep it now").waitFor();
    await other.getByRole("button", { name: "I have it" }).click();
    await other.getByRole("row").filter({ hasText: "my bot" }).waitFor();
  });
});
