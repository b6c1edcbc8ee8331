// How the page looks: light and dark, on a phone and on paper.
#pragma once

namespace convproof::derivations::report {

inline constexpr const char* kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1c1e21; --muted: #5c6370; --line: #d9dce1; --card: #f6f7f9;
  --good: #1a7f37; --bad: #b3261e; --open: #8a5a00; --mark: #fff1b8; --link: #0b57d0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15171b; --text: #e4e6ea; --muted: #9ba1ac; --line: #343840; --card: #1d2026;
    --good: #5bc77f; --bad: #ff8a80; --open: #e6b450; --mark: #5a4a12; --link: #8ab4f8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei",
    sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--link); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h4 { font-size: 1rem; margin: 0 0 .5rem; font-weight: 600; }
h5 { font-size: .95rem; margin: .75rem 0 .25rem; }
p { margin: .4rem 0; }
ul { padding-left: 1.2rem; margin: .4rem 0; }
li { margin: .5rem 0; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; }
pre { background: var(--page); border: 1px solid var(--line); padding: .5rem; margin: .4rem 0; max-height: 24rem;
  overflow-y: auto; }
math { font-size: 1.05em; }
mark { background: var(--mark); color: inherit; border-radius: .2em; padding: 0 .15em; }
article {
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem 1rem; margin: .75rem 0; break-inside: avoid;
}
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--link); }
table { border-collapse: collapse; margin: .4rem 0; }
th, td { border: 1px solid var(--line); padding: .2rem .55rem; text-align: left; vertical-align: top; }
th { font-weight: 600; }
.scroll { overflow-x: auto; max-width: 100%; }
.formula { padding: .25rem 0 .5rem; }
.formula math { math-style: normal; font-size: 1.15em; }
.ranges { color: var(--muted); padding-left: 1.5em; white-space: nowrap; }
.ranges math { font-size: 1em; }
.badge {
  display: inline-block; border: 1px solid currentColor; border-radius: 1em; padding: 0 .6em;
  font-size: .85em; font-weight: 600; white-space: nowrap;
}
.good { color: var(--good); }
.bad { color: var(--bad); }
.open { color: var(--open); }
.item { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; font-weight: 400; }
.muted { color: var(--muted); font-weight: 400; font-size: .9em; }
.surprise { color: var(--bad); font-weight: 600; }
.repair { border-left: 3px solid var(--good); padding-left: .75rem; margin: .75rem 0; }
.matrices { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: flex-start; }
.matrix caption { text-align: left; }
.matrix th { border: none; color: var(--muted); font-weight: 400; font-size: .75em; padding: 0 .4rem;
  text-align: center; vertical-align: middle; }
.matrix td { text-align: right; }
.number { padding: .2rem 0; }
.sums { font-variant-numeric: tabular-nums; }
.counts td { text-align: right; }
.languages { color: var(--muted); }
#show-en:checked ~ * .zh, #show-zh:checked ~ * .en { display: none; }
@media (max-width: 40rem) {
  body { padding: .75rem; }
  article { padding: .6rem .7rem; }
  h1 { font-size: 1.35rem; }
}
@media print {
  body { max-width: none; font-size: 11pt; }
  .language { display: none; }
  article { background: none; }
  pre { max-height: none; white-space: pre-wrap; }
}
)css";

}  // namespace convproof::derivations::report
