// What runs in the page that is measured, as text: nothing here is compiled for a browser.

/** Before everything else: when all rows stand there, and the socket of the desk for whoever measures. */
export const BEFORE = `{
  const Real = window.WebSocket;
  window.lastFigures = new Map();
  window.WebSocket = class extends Real {
    constructor(...args) {
      super(...args);
      window.deskSocket = this;
      this.addEventListener("message", ({ data }) => {
        if (data.startsWith('{"type":"figures_update"')) {
          const message = JSON.parse(data);
          window.lastFigures.set(message.portfolio_id, message);
        }
      });
    }
  };
  window.afterPaint = (action) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = action;
    requestAnimationFrame(() => channel.port2.postMessage(null));
  };
  const watch = new MutationObserver(() => {
    if (document.querySelectorAll("tbody tr").length < 101 || window.paintedAt !== undefined) return;
    window.paintedAt = 0;
    window.afterPaint(() => { window.paintedAt = performance.now(); });
    watch.disconnect();
  });
  watch.observe(document, { subtree: true, childList: true });
}`;

/** Notes, for every frame that shows another cash of \`Flow\`, how many fills it shows and when it was on the screen (ms since 1970). */
export const WATCH_FILLS = `{
  const heads = [...document.querySelectorAll("thead th")].map((th) => th.textContent);
  const column = heads.findIndex((text) => text.includes("Cash"));
  const row = [...document.querySelectorAll("tbody tr")].find((tr) => tr.children[0].textContent === "Flow");
  const cash = () => Number(row.children[column].textContent.replace(/[^\\d.]/g, ""));
  window.seen = [];
  let shown = 100000000 - cash();
  const channel = new MessageChannel();
  // A task of its own comes behind the frame in which the figure changed.
  channel.port1.onmessage = ({ data }) => window.seen.push([data, performance.timeOrigin + performance.now()]);
  new MutationObserver(() => {
    const now = Math.round(100000000 - cash());
    if (now === shown) return;
    shown = now;
    channel.port2.postMessage(now);
  }).observe(row, { subtree: true, childList: true, characterData: true });
}`;

/** Every portfolio changes at once; resolves with the ms until all of it is painted. */
export const UPDATE_ALL = `new Promise((resolve) => {
  window.updates = (window.updates ?? 0) + 1;
  const texts = [...window.lastFigures.values()].map((message) => {
    const { portfolio } = message.data;
    const changed = { ...portfolio, equity: String(Number(portfolio.equity) + window.updates), day_pnl: String(window.updates), total_profit_loss: String(window.updates) };
    return JSON.stringify({ ...message, data: { ...message.data, portfolio: changed } });
  });
  requestAnimationFrame(() => setTimeout(() => {
    const began = performance.now();
    const watch = new MutationObserver(() => {
      watch.disconnect();
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now() - began);
      channel.port2.postMessage(null);
    });
    watch.observe(document.querySelector("tbody"), { subtree: true, childList: true, characterData: true });
    for (const data of texts) window.deskSocket.dispatchEvent(new MessageEvent("message", { data }));
  }));
})`;

/** So many lines of the log come, some thousand in each frame. */
export const linesOf = (count: number): string => `new Promise((resolve) => {
  let sent = 0;
  const more = () => {
    for (let each = 0; each < 5000 && sent < ${count}; each++, sent++) {
      const data = { log_id: 1e9 + sent, at: new Date(1.79e12 + sent * 10).toISOString(), level: sent % 50 === 0 ? "warn" : "info", portfolio_id: "p" + (sent % 100), source: "strategy", message: "line " + sent + " of many: bought 12 B07 at 103.44, stop at 98.10", run_id: "", seq: 1, fields: "{}" };
      window.deskSocket.dispatchEvent(new MessageEvent("message", { data: JSON.stringify({ type: "log_line", portfolio_id: data.portfolio_id, seq: 1, data }) }));
    }
    if (sent < ${count}) requestAnimationFrame(more);
    else requestAnimationFrame(() => requestAnimationFrame(resolve));
  };
  more();
})`;

/** An empty page that scrolls as far, to compare with. */
export const emptyPage = (height: number): string => `{
  const log = document.createElement("div");
  const inner = document.createElement("div");
  log.role = "log";
  Object.assign(log.style, { height: "65vh", overflow: "auto" });
  inner.style.height = "${height}px";
  log.append(inner);
  document.body.replaceChildren(log);
}`;

/** Scrolls what is a log for some seconds, a screen's height in each frame; how long each frame took, in ms. */
export const scroll = (forMs: number): string => `new Promise((resolve) => {
  const log = document.querySelector('[role="log"]');
  const frames = [];
  let before;
  let began;
  const step = (now) => {
    began ??= now;
    if (before !== undefined) frames.push(now - before);
    before = now;
    const far = log.scrollHeight - log.clientHeight;
    log.scrollTop = (log.scrollTop + log.clientHeight * 0.7) % far;
    if (now - began < ${forMs}) requestAnimationFrame(step);
    else resolve(frames);
  };
  requestAnimationFrame(step);
})`;
