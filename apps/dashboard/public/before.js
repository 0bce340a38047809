// Runs before everything else of the page.
// A chosen theme must never flash the other one first.
(() => {
  const chosen = (name, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(`bulkhead.${name}`) ?? "null") ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  document.documentElement.dataset.theme = chosen("theme", "system");
  document.documentElement.dataset.colours = chosen("colours", "safe");
})();
// zod reads this when it is loaded: schemas are not compiled, since that would need the right to make code from text.
globalThis.__zod_globalConfig = { jitless: true };
