#include "repl/views/report_view.h"

namespace countersign {

const char kReportStyle[] = R"css(
:root{--ink:#1c2430;--soft:#5b6675;--line:#dde2e9;--page:#f4f6f9;--card:#fff;--accent:#1f4e8c;
--good:#1a7f4b;--good-bg:#e6f4ec;--bad:#b3261e;--bad-bg:#fbe9e7;--warn:#8a5a00;--warn-bg:#fff3d6;
--add:#1a7f4b;--del:#b3261e;--code:#eef1f5}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#9aa6b5;--line:#313a46;--page:#12161c;
--card:#1a2028;--accent:#86b4f0;--good:#6fd09b;--good-bg:#16301f;--bad:#ff9a90;--bad-bg:#3a1b18;
--warn:#f2c768;--warn-bg:#36290e;--add:#6fd09b;--del:#ff9a90;--code:#232b35}}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:anywhere;background:var(--page);color:var(--ink);font:15px/1.5 "Helvetica Neue",Helvetica,Arial,
"Liberation Sans","DejaVu Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:.35rem 0 .5rem;letter-spacing:-.01em}
h2{font-size:1.05rem;margin:2.2rem 0 .7rem;padding-bottom:.3rem;border-bottom:2px solid var(--line)}
h3{font-size:.95rem;margin:1.1rem 0 .4rem}
p{margin:.4rem 0}
a{color:var(--accent);text-decoration:none;overflow-wrap:anywhere}
a:hover{text-decoration:underline}
code,.code{font:12.5px/1.45 "SFMono-Regular",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;
overflow-wrap:anywhere}
pre{font:12px/1.5 "SFMono-Regular",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;
background:var(--code);padding:.75rem .9rem;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}
.kicker{color:var(--soft);font-size:.78rem;letter-spacing:.08em;text-transform:uppercase}
.lead{color:var(--soft);max-width:46rem}
.badge{display:inline-block;padding:.12rem .6rem;border-radius:999px;font-size:.78rem;font-weight:600;
border:1px solid currentColor;margin-right:.4rem}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.soft{color:var(--soft)}
.badge.good{background:var(--good-bg)}.badge.bad{background:var(--bad-bg)}.badge.warn{background:var(--warn-bg)}
.note{border-left:4px solid var(--warn);background:var(--warn-bg);padding:.7rem 1rem;border-radius:0 6px 6px 0;
margin:1rem 0}
.note.bad{border-color:var(--bad);background:var(--bad-bg);color:inherit}
.note.good{border-color:var(--good);background:var(--good-bg);color:inherit}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9rem,100%),1fr));gap:.7rem;margin:1.2rem 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem}
.tile strong{display:block;font-size:1.35rem;line-height:1.2}
.tile span{color:var(--soft);font-size:.8rem}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);font-size:.88rem;
margin:.4rem 0}
th,td{text-align:left;vertical-align:top;padding:.42rem .7rem;border-top:1px solid var(--line)}
th{color:var(--soft);font-weight:600;font-size:.76rem;letter-spacing:.03em;border-top:0}
td{overflow-wrap:anywhere}
td.name{color:var(--soft);white-space:nowrap;width:1%}
td.sign{width:1.6rem;text-align:center;font-weight:700}
td.time{white-space:nowrap;color:var(--soft);width:1%;font-variant-numeric:tabular-nums}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.7rem .95rem;margin:.55rem 0;
break-inside:avoid}
.card.final{border-left:4px solid var(--bad)}
.card h4{margin:0 0 .2rem;font-size:.92rem}
.card .number{display:inline-block;min-width:1.7rem;color:var(--soft);font-weight:600}
.diff{margin:.35rem 0 0;padding:0;list-style:none;font:12.5px/1.5 "SFMono-Regular",Menlo,Consolas,
"Liberation Mono","DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.diff li{padding:.05rem 0 .05rem 1.2rem;text-indent:-1.2rem;white-space:pre-wrap}
.from{color:var(--del)}.to{color:var(--add)}.path{color:var(--soft)}
.wait{color:var(--soft);padding:.2rem 0 .2rem .95rem;border-left:3px dotted var(--line);margin:.8rem 0}
.step{font-weight:600}
.small{font-size:.84em;font-weight:400}
.made{float:right;font-size:.78rem;font-weight:600}
.timeline td{border-top:0;padding-top:.2rem;padding-bottom:.2rem}
.timeline tr:first-child td{padding-top:.5rem}.timeline tr:last-child td{padding-bottom:.5rem}
.timeline td.time{width:12.5rem}
footer{margin-top:3rem;color:var(--soft);font-size:.8rem;border-top:1px solid var(--line);padding-top:.8rem}
table{max-width:100%}
@media (max-width:40rem){main{padding:1rem .6rem}h1{font-size:1.4rem}.made{float:none;display:block}
.badge{white-space:normal;max-width:100%}.tile strong{font-size:1.1rem}.timeline td.time{width:auto}
pre,.diff{max-width:100%;overflow-x:auto}table,tbody,tr,td{display:block}tr{border-top:1px solid var(--line);padding:.3rem 0}
td{border-top:0;padding:.1rem .6rem}td.name,td.time,td.sign{white-space:normal;width:auto;text-align:left}th{display:none}}
@media print{:root{--ink:#111;--soft:#444;--line:#bbb;--page:#fff;--card:#fff;--accent:#111;--good:#11603a;
--good-bg:#fff;--bad:#98190f;--bad-bg:#fff;--warn:#6b4600;--warn-bg:#fff;--add:#11603a;--del:#98190f;--code:#f3f3f3}
body{font-size:10.5pt}main{max-width:none;padding:0}h2{break-after:avoid}h3,h4{break-after:avoid}
tr,.tile{break-inside:avoid}@page{margin:16mm 15mm}}
)css";

}  // namespace countersign
