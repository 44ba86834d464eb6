// SPDX-License-Identifier: Apache-2.0
// The parts of a page that are the same in all pages.
#pragma once

#include <string_view>

namespace lockstep {

inline constexpr std::string_view kPageHead = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<link rel="icon" href="data:,">
)html";

inline constexpr std::string_view kPageStyle = R"html(<style>
body { font: 15px/1.4 sans-serif; margin: 1em 2em 4em; max-width: 90em; color: #111; background: #fff; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin: 1.2em 0 .3em; } p { margin: .3em 0; }
code, pre, svg text { font-family: monospace; }
pre { background: #f3f3f3; border: 1px solid #999; padding: .6em; overflow: auto; }
#steps { max-height: 16em; overflow: auto; padding-left: 3em; margin: .3em 0; }
#steps a { color: #024; } #steps [aria-current] { outline: 2px solid #000; font-weight: bold; }
.differs { font-weight: bold; }
table { border-collapse: collapse; } th { text-align: left; font-weight: normal; padding-right: 1em; white-space: nowrap; }
td { overflow-wrap: anywhere; } tr.differs th, tr.differs td { font-weight: bold; border-top: 2px dashed #a00; border-bottom: 2px dashed #a00; }
svg { display: block; max-width: 100%; height: auto; margin-top: .4em; }
svg text { font-size: 11.5px; white-space: pre; paint-order: stroke; stroke: #fff; stroke-width: 3px; } svg .byte { font-size: 9.5px; } svg .name, svg .head { fill: #333; }
svg .left { text-anchor: end; } svg .differs { fill: #a00; }
.grid { stroke: #ccc; } .line { stroke: #000; fill: none; stroke-width: .8; }
.memory { fill: none; stroke: #999; } .changed { fill: #ddd; stroke: #333; }
.bar { fill: #cfe3f7; stroke: #024; stroke-width: 1.5; } .outside { fill: #fff; stroke-dasharray: 4 3; }
.empty { stroke: #024; stroke-width: 2; fill: none; } .overlap { fill: url(#hatched); stroke: none; }
.wrong { fill: url(#crossed); fill-opacity: .45; stroke: #a00; stroke-width: 3; }
.frame { fill: none; stroke: #a00; stroke-width: 2; stroke-dasharray: 8 4; }
.view { stroke: #000; stroke-width: 2; fill: none; } .moved { stroke-dasharray: 5 3; stroke: #a00; stroke-width: 3; }
.scripted { display: none; } .walk .scripted { display: block; } button { font: inherit; padding: .2em .7em; }
.walk-one section.step { display: none; } .walk-one section.current { display: block; }
@media print { .walk-one section.step { display: block; } .walk .scripted { display: none; } }
</style>
)html";

inline constexpr std::string_view kPageButtons = R"html(<p class="scripted" id="buttons">
<button type="button" data-to="first">First</button>
<button type="button" data-to="previous">&larr; Previous</button>
<button type="button" data-to="next">Next &rarr;</button>
<button type="button" data-to="last">Last</button>
<button type="button" data-to="all" aria-pressed="false">Show all steps</button>
<span id="where" aria-live="polite"></span>
</p>
)html";

inline constexpr std::string_view kPageLegend = R"html(<h2>How to read it</h2>
<p>A bar is an element, BASE+LENGTH, over the bytes that it describes; one without bytes is an upright stroke. A dashed bar is
an element outside the view, and the bracket on the left is around the view. Where elements of a vector overlap they are hatched.
What a side has that the other has not is marked with &ne;: a bold border, crossed lines over it, a dashed frame around its
vector. Bytes with a grey ground are those that the step has changed.</p>
)html";

inline constexpr std::string_view kPageScript = R"html(<script>
'use strict';
(() => {
  const root = document.documentElement;
  window.addEventListener('error', event => { root.dataset.error = event.message; });
  const links = [...document.querySelectorAll('#steps a')];
  const sections = links.map(link => document.getElementById(link.hash.slice(1)));
  let at = links.length - 1;
  const show = () => {
    links.forEach((link, i) => {
      if (i === at) { link.setAttribute('aria-current', 'step'); } else { link.removeAttribute('aria-current'); }
      sections[i].classList.toggle('current', i === at);
    });
    const list = document.getElementById('steps');
    list.scrollTop = links[at].offsetTop - list.offsetTop - list.clientHeight / 2;
    document.getElementById('where').textContent = `step ${links[at].hash.slice(6)} of ${list.children.length}`;
  };
  const go = to => {
    at = Math.max(0, Math.min(links.length - 1, to));
    history.replaceState(null, '', links[at].hash);
    show();
  };
  const fromHash = () => {
    const asked = links.findIndex(link => link.hash === location.hash);
    if (asked >= 0) { at = asked; }
    show();
  };
  const walk = {
    first: () => go(0), previous: () => go(at - 1), next: () => go(at + 1), last: () => go(links.length - 1),
    all: button => button.setAttribute('aria-pressed', !root.classList.toggle('walk-one')),
  };
  document.querySelectorAll('pre').forEach(pre => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', () => {
      getSelection().selectAllChildren(pre);
      button.textContent = document.execCommand('copy') ? 'Copied' : 'Selected: copy it with Ctrl+C';
    });
    pre.before(button);
  });
  if (links.length === 0) { return; }
  root.classList.add('walk', 'walk-one');
  document.querySelectorAll('#buttons button').forEach(button => {
    button.addEventListener('click', () => walk[button.dataset.to](button));
  });
  const keys = { ArrowLeft: 'previous', ArrowRight: 'next', Home: 'first', End: 'last' };
  document.addEventListener('keydown', event => {
    if (!(event.key in keys) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    walk[keys[event.key]]();
  });
  window.addEventListener('hashchange', fromHash);
  fromHash();
})();
</script>
)html";

}  // namespace lockstep
