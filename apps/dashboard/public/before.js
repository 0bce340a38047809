// Runs before everything else of the page.
// A chosen theme must never flash the other one first.
document.documentElement.dataset.theme = localStorage.getItem("bulkhead.theme") ?? "system";
// zod reads this when it is loaded: schemas are not compiled, since that would need the right to make code from text.
globalThis.__zod_globalConfig = { jitless: true };
