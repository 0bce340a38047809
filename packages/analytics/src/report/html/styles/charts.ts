/** Charts and the hull; presentation attributes are forbidden with inline styles, so that everything is a class. */
export const CHARTS = `
figure{margin:0}
.chart{display:block;width:100%;height:auto;overflow:visible}
.phone{display:none}
.grid{stroke:var(--hair);stroke-width:1}
.zero{stroke:var(--line);stroke-width:1.5}
.tick{fill:var(--soft);font-size:11.5px}
.end{text-anchor:end}.mid{text-anchor:middle}
.curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round;stroke:var(--quiet)}
.curve.quiet{stroke-width:1}
article .curve{stroke-dasharray:none}article .curve.quiet{stroke:var(--soft);stroke-width:2}
.curve:hover{stroke-width:4}
.curve.whole{stroke:var(--whole);stroke-width:3;stroke-dasharray:1 5}
.leader{fill:none;stroke:var(--line);stroke-width:1}
.dot{fill:var(--quiet)}.dot.whole{fill:var(--whole)}
.name{fill:var(--ink);font-size:12.5px;font-weight:600}
.name .figure{font-weight:400;fill:var(--soft)}
.area{opacity:.13;fill:var(--quiet)}
.fall{fill:var(--fall);opacity:.45}
.curve.s0{stroke:var(--s0)}.curve.s1{stroke:var(--s1)}.curve.s2{stroke:var(--s2)}.curve.s3{stroke:var(--s3)}
.curve.s4{stroke:var(--s4);stroke-dasharray:8 4}.curve.s5{stroke:var(--s5);stroke-dasharray:8 4}.curve.s6{stroke:var(--s6);stroke-dasharray:8 4}.curve.s7{stroke:var(--s7);stroke-dasharray:8 4}
.s0.dot,.s0.area{fill:var(--s0)}.s1.dot,.s1.area{fill:var(--s1)}.s2.dot,.s2.area{fill:var(--s2)}.s3.dot,.s3.area{fill:var(--s3)}
.s4.dot,.s4.area{fill:var(--s4)}.s5.dot,.s5.area{fill:var(--s5)}.s6.dot,.s6.area{fill:var(--s6)}.s7.dot,.s7.area{fill:var(--s7)}
.hull{display:block;width:100%;height:auto}
.vessel{margin:0 0 8px}
.vessel figcaption{color:var(--soft);font-size:12.5px;margin-top:6px}
.cell.quiet rect{fill:var(--quiet)}
.cell.s0 rect{fill:var(--s0)}.cell.s1 rect{fill:var(--s1)}.cell.s2 rect{fill:var(--s2)}.cell.s3 rect{fill:var(--s3)}
.cell.s4 rect{fill:var(--s4)}.cell.s5 rect{fill:var(--s5)}.cell.s6 rect{fill:var(--s6)}.cell.s7 rect{fill:var(--s7)}
.cell.free rect{stroke:var(--line);stroke-width:1}
.hatch{stroke:var(--quiet);stroke-width:2}
.hullname{fill:var(--panel);font-size:13px;font-weight:600}.hullshare{fill:var(--panel);font-size:12px}
.cell.free text{paint-order:stroke;stroke:var(--ground);stroke-width:4;stroke-linejoin:round}
.cell.free text,.cell.quiet text{fill:var(--ink)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:16px}
.mini{display:grid;grid-template-columns:repeat(3,1fr);gap:6px 12px;margin:8px 0 0;padding-top:8px;border-top:1px solid var(--hair);font-size:13.5px}
.mini dt{font-size:12px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:8px 0 0;padding:0;font-size:13px}
@media(max-width:900px){.key{grid-template-columns:repeat(3,1fr)}}
@media(max-width:640px){main{padding:18px 14px 32px}h1{font-size:24px}.page{display:none}.phone{display:block}.key{grid-template-columns:1fr 1fr}.key dd{font-size:18px}.panel{padding:12px}.cards{grid-template-columns:minmax(0,1fr)}.facts{gap:8px 22px}}
@media print{:root{--ground:#fff;--panel:#fff;--ink:#000;--soft:#444;--line:#bbb;--hair:#ddd;--up:#0a6c74;--down:#b2410e;--s0:#0069a8;--s1:#c2500a;--s2:#007d5c;--s3:#a8468a;--s4:#8a6a00;--s5:#3f8fd0;--s6:#6d5bd0;--s7:#8c4a2f;--quiet:#b9bdc1;--whole:#000}
body{font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}h2{margin-top:20px}details{display:none}.panel,article,tr,figure{break-inside:avoid}h2{break-after:avoid}.scroll{overflow:visible}table{font-size:9.5px}th,td{padding:4px 5px}.key{grid-template-columns:repeat(6,1fr)}.key dd{font-size:14px}.cards{grid-template-columns:1fr 1fr}}
`;
