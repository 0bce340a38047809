/** Colours, type and the frame of the page. Pairs of tones are told apart by eyes that do not part red and green, and never alone carry meaning. */
export const BASE = `
:root{color-scheme:light dark;--ground:#f6f5f1;--panel:#fff;--ink:#16202a;--soft:#5b6772;--line:#dfddd5;--hair:#eceae4;--brand:#0b4f6c;--up:#0a6c74;--down:#b2410e;--warn:#8a5a00;--warnground:#fff3d6;
--s0:#0069a8;--s1:#c2500a;--s2:#007d5c;--s3:#a8468a;--s4:#8a6a00;--s5:#3f8fd0;--s6:#6d5bd0;--s7:#8c4a2f;--quiet:#b9bdc1;--fall:#b2410e;--whole:#16202a}
@media(prefers-color-scheme:dark){:root{--ground:#0d1319;--panel:#151d25;--ink:#e8ecef;--soft:#98a5b0;--line:#2a3540;--hair:#202a33;--brand:#6cc3e0;--up:#4cc4c4;--down:#f0935a;--warn:#f2c14e;--warnground:#2e2612;
--s0:#58b2f0;--s1:#f39a55;--s2:#41c79a;--s3:#e59acb;--s4:#e3c04b;--s5:#9cc9f5;--s6:#a99df5;--s7:#d99a7c;--quiet:#46525d;--fall:#f0935a;--whole:#e8ecef}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums}
main{max-width:1240px;margin:0 auto;padding:28px 24px 48px}
h1{font-size:30px;line-height:1.2;letter-spacing:-.02em;margin:10px 0 14px;overflow-wrap:anywhere}
h2{font-size:19px;letter-spacing:-.01em;margin:44px 0 12px}
h3{font-size:15px;margin:0 0 8px;overflow-wrap:anywhere}
h2 small,h3 small{font-weight:400;color:var(--soft);font-size:13px;letter-spacing:0;margin-left:6px}
p{margin:0 0 12px}
code{font:12.5px/1.45 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.brand{display:flex;align-items:center;flex-wrap:wrap;gap:8px;color:var(--brand);font-size:15px}
.where{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
.mark{width:28px;height:21px;fill:none;stroke:var(--brand);stroke-width:2;stroke-linejoin:round}
.badge{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 8px;font-size:12px;line-height:19px;color:var(--soft);background:var(--panel);font-weight:500}
.synthetic{border:1px solid var(--warn);border-left-width:6px;background:var(--warnground);border-radius:6px;padding:8px 14px;margin:0 0 16px}
.synthetic strong{color:var(--warn)}
.facts{display:flex;flex-wrap:wrap;gap:10px 30px;margin:0 0 18px}
.facts div{min-width:0}
dt{color:var(--soft);font-size:12.5px}
dd{margin:0;overflow-wrap:anywhere}
.key{display:grid;grid-template-columns:repeat(6,1fr);gap:1px;background:var(--line);border:1px solid var(--line);border-radius:10px;overflow:hidden;margin:0 0 16px}
.key div{background:var(--panel);padding:12px 14px}
.key dd{font-size:21px;font-weight:600;letter-spacing:-.01em;line-height:1.35;white-space:nowrap}
.key .note{font-size:12px;font-weight:400;letter-spacing:0;white-space:normal}
.keep{white-space:nowrap}
.note{color:var(--soft);font-size:13px}
.up{color:var(--up)}.down{color:var(--down)}.ok{color:var(--up);font-weight:600}.alarm{color:var(--down);font-weight:700}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin:0}
.remarks{margin:0;padding:0;list-style:none;border-top:1px solid var(--line)}
.remarks li{padding:7px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.remarks .warning b,.remarks .error b{color:var(--down)}
.remarks small{color:var(--soft)}
details{margin:8px 0 0}
summary{color:var(--soft);font-size:13px;cursor:pointer}
footer{margin-top:44px;padding-top:14px;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
`;
