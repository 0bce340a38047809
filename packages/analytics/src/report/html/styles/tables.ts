/** Tables: flush figures, rows that become cards on a phone. */
export const TABLES = `
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--panel);margin:0 0 12px}
.panel .scroll{border:0;border-radius:0;margin:0}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;color:var(--soft);font-size:12.5px;padding:10px 12px 4px}
.panel caption{padding-left:0;padding-top:0}
th,td{padding:7px 10px;border-top:1px solid var(--hair);vertical-align:top;text-align:left;font-weight:400}
thead th{border-top:0;color:var(--soft);font-size:12.5px;vertical-align:bottom;white-space:nowrap}
tbody th,tfoot th{font-weight:600;overflow-wrap:break-word;max-width:240px}
.plain tbody th{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
@media(min-width:641px){#portfolios :is(th,td){padding-left:7px;padding-right:7px}#portfolios tbody th{min-width:150px}#portfolios table{font-size:13px}}
th.n,td.n{text-align:right;white-space:nowrap}
tbody th small,td small{display:block;font-weight:400;color:var(--soft);font-size:12px}
td small.of{display:inline}
tfoot th,tfoot td{border-top:2px solid var(--ink);font-weight:600}
.chip{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:7px;background:var(--quiet)}
.chip.whole{background:var(--whole)}
.chip.free{background:none;border:1.5px dashed var(--soft)}
.chip.s0{background:var(--s0)}.chip.s1{background:var(--s1)}.chip.s2{background:var(--s2)}.chip.s3{background:var(--s3)}
.chip.s4{background:var(--s4)}.chip.s5{background:var(--s5)}.chip.s6{background:var(--s6)}.chip.s7{background:var(--s7)}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:16px}
.panel :is(th,td):first-child{padding-left:0}.panel :is(th,td):last-child{padding-right:0}
.matrix thead td{border:0}
.panel .matrix .heat{padding:7px 10px}
.heat{border:2px solid var(--panel);border-radius:6px;min-width:64px}
.p1{background:color-mix(in srgb,var(--s0) 12%,var(--panel))}.p2{background:color-mix(in srgb,var(--s0) 24%,var(--panel))}
.p3{background:color-mix(in srgb,var(--s0) 38%,var(--panel))}.p4{background:color-mix(in srgb,var(--s0) 52%,var(--panel))}
.m1{background:color-mix(in srgb,var(--s1) 12%,var(--panel))}.m2{background:color-mix(in srgb,var(--s1) 24%,var(--panel))}
.m3{background:color-mix(in srgb,var(--s1) 38%,var(--panel))}.m4{background:color-mix(in srgb,var(--s1) 52%,var(--panel))}
@media(max-width:640px){
.scroll:has(.deck){border:0;background:none;overflow:visible}
.deck thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.deck,.deck :is(tbody,tfoot,caption){display:block}
.deck tr{display:grid;grid-template-columns:1fr 1fr;gap:2px 18px;background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:10px 14px;margin:0 0 10px}
.panel .deck tr{border-color:var(--hair);border-radius:6px}
.deck tfoot tr{border:2px solid var(--ink)}
.deck :is(tbody,tfoot) :is(th,td){display:flex;flex-wrap:wrap;justify-content:flex-end;gap:0 8px;padding:2px 0;border:0;text-align:right;min-width:0}
.deck td.n{white-space:nowrap}
.deck td::before{content:attr(data-label);color:var(--soft);font-weight:400;text-align:left;margin-right:auto}
.deck :is(tbody,tfoot) :is(th,td.t){grid-column:1/-1;display:block;text-align:left;overflow-wrap:anywhere}
.deck td.t::before{display:none}
.deck caption,.panel .deck caption{padding:8px 2px 6px}
.pair{grid-template-columns:minmax(0,1fr)}
}
`;
