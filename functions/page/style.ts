// How the page looks, in light and in dark.

export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --soft: #f3f5f7; --link: #0550ae;
  --bad: #b42318; --lost: #7a2e9e; --open: #855600; --idle: #57606a; --good: #1a7037; }
@media (prefers-color-scheme: dark) {
  :root { --back: #0f1419; --text: #e6e9ee; --quiet: #a3adb8; --line: #30363d; --soft: #1a2027; --link: #79b8ff;
    --bad: #ff8a80; --lost: #d2a8ff; --open: #e3b341; --idle: #a3adb8; --good: #56d364; }
}
.bad { --tone: var(--bad) } .lost { --tone: var(--lost) } .open { --tone: var(--open) } .idle { --tone: var(--idle) } .good { --tone: var(--good) }
.stale .good { --tone: var(--quiet) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 110rem; background: var(--back); color: var(--text); font: 14px/1.45 system-ui, sans-serif }
h1 { margin: 0 0 .4rem; font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere }
p { margin: .2rem 0 }
small { color: var(--quiet); font-size: .85em; font-weight: 400 }
h1 small { font-size: .6em; margin-left: .4em }
#stale { display: none; margin: .6rem 0; padding: .6rem .8rem; border: 2px solid var(--bad); border-radius: 6px; color: var(--bad) }
.stale #stale { display: block }
.bar { display: block; width: 100%; height: 10px; margin: 1rem 0 .8rem; border-radius: 5px; background: var(--soft) }
.bar rect { fill: var(--tone) }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 .8rem; padding: 0; list-style: none }
.counts a { display: inline-block; padding: .3rem .75rem; border: 1px solid var(--line); border-radius: 6px; color: var(--text); text-decoration: none }
.counts span { color: var(--tone); font-weight: 700 }
.counts b { margin-left: .3em; font-variant-numeric: tabular-nums }
.counts a:hover { background: var(--soft) }
.counts a[aria-current] { background: var(--soft); border-color: var(--text); box-shadow: inset 0 -3px var(--tone, var(--text)) }
search { display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; margin: .4rem 0 }
search[hidden] { display: none }
input, select, button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--quiet); border-radius: 6px; padding: .3rem .6rem; max-width: 100% }
input { width: 22rem }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.scroll { overflow-x: auto; margin-top: .4rem }
table { border-collapse: collapse; width: 100% }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
th, td { padding: .45rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere }
td, tbody th { min-width: 12.5rem } td:nth-child(1), td:nth-child(2) { min-width: 0; white-space: nowrap } td:nth-child(5) { min-width: 15rem } td:nth-child(6) { min-width: 13rem } tbody th { font-weight: 600 }
thead th { white-space: nowrap; background: var(--soft) }
thead button { margin-left: -.3rem; padding: .1rem .3rem; border: 0; background: none; font-weight: 600; cursor: pointer }
thead button::after { content: " ↕"; color: var(--quiet) }
[aria-sort=ascending] button::after { content: " ↑" }
[aria-sort=descending] button::after { content: " ↓" }
tbody small { display: block }
.state { border-left: 4px solid var(--tone); color: var(--tone); font-weight: 600 }
.stale .good .state::after { content: " (stale)"; font-weight: 400 }
.stale .good .state span { visibility: hidden }
#more { margin: 1rem 0; cursor: pointer }
@media (forced-colors: active) { .bar { display: none } }
@media print { search, #more { display: none } }
`;
