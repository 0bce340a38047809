/** What the form of `/login` does: sends JSON, as no page of another site can, and shows the answer's sentence as text. */
export const LOGIN_SCRIPT = `"use strict";
const form = document.querySelector("form");
const alertLine = document.querySelector("[role=alert]");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  alertLine.textContent = "";
  const fields = [...new FormData(form)].filter(([, value]) => value !== "");
  try {
    const answer = await fetch(form.dataset.to, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "login" },
      body: JSON.stringify(Object.fromEntries(fields)),
    });
    if (answer.ok) location.replace("/");
    else alertLine.textContent = (await answer.json()).detail;
  } catch {
    alertLine.textContent = "The desk does not answer.";
  }
});
`;
