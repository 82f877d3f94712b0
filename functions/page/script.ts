// What the page does where there is script: filters that stay in the address, sorting, more rows on the way down, and telling when it is stale.

/** Runs in a browser, on the elements of page.ts and the data of rows.ts; makes texts and elements, never markup. */
export const SCRIPT = String.raw`
"use strict";
(() => {
  const STEP = 200, WAIT_MS = 80, CHECK_MS = 5000, MAX_LABELS = 300, MAX_WORDS = 30;
  const COLUMNS = ["state", "since", "cluster", "what", "reason", "because"];
  const byId = (id) => document.getElementById(id);
  const { shapes, clusters, labels, rows, atMs, staleMs, marks } = JSON.parse(byId("data").textContent);
  const total = rows.length / 3;
  const numberText = (number) => number.toLocaleString("en-US");
  const shapeTexts = shapes.map((shape) => shape.join("\n").toLowerCase());
  const clusterTexts = clusters.map(([name, ...pairs]) => [name, ...pairs.map((pair) => labels[pair])].join("\n").toLowerCase());
  let filter = new URLSearchParams();
  let shown = [];
  let drawn = 0;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function ageText(seconds) {
    const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
    if (seconds < 120) return Math.max(0, seconds) + "s";
    if (minutes < 120) return minutes + "m";
    if (hours < 48) return hours + "h" + (minutes % 60 === 0 ? "" : (minutes % 60) + "m");
    return Math.floor(hours / 24) + "d";
  }

  const timeText = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ") + "Z";
  const small = (text) => (text === "" ? [] : [" ", element("small", {}, text)]);

  function rowOf(at) {
    const [state, tone, what, reason, message, because] = shapes[rows[3 * at]];
    const [cluster, ...pairs] = clusters[rows[3 * at + 1]];
    const age = rows[3 * at + 2];
    return element("tr", { class: tone },
      element("td", { class: "state" }, element("span", { "aria-hidden": "true" }, marks[tone]), " " + state),
      element("td", {}, ageText(age), ...small(timeText(atMs - age * 1000))),
      element("th", { scope: "row" }, cluster, ...small(pairs.map((pair) => labels[pair]).join(" "))),
      element("td", {}, what), element("td", {}, reason, ...small(message)), element("td", {}, because));
  }

  function matches() {
    const split = (name) => (filter.get(name) ?? "").split(",").filter((word) => word !== "");
    const [only, not] = [split("state"), split("not")];
    const words = (filter.get("q") ?? "").toLowerCase().split(/\s+/).filter((word) => word !== "").slice(0, MAX_WORDS);
    const label = labels.indexOf(filter.get("label") ?? "");
    const hits = (text) => words.reduce((bits, word, place) => (text.includes(word) ? bits | (1 << place) : bits), 0);
    const every = 2 ** words.length - 1;
    const shapeHits = shapeTexts.map((text, at) => {
      const [state] = shapes[at];
      return (only.length === 0 || only.includes(state)) && !not.includes(state) ? hits(text) : -1;
    });
    const clusterHits = clusterTexts.map((text, at) => (!filter.get("label") || clusters[at].includes(label, 1) ? hits(text) : -1));
    const found = [];
    for (let at = 0; at < total; at++) {
      const [one, other] = [shapeHits[rows[3 * at]], clusterHits[rows[3 * at + 1]]];
      if (one >= 0 && other >= 0 && (one | other) === every) found.push(at);
    }
    return sorted(found);
  }

  function sorted(found) {
    const [, isDown, column] = /^(-?)(.*)$/.exec(filter.get("sort") ?? "");
    const values = {
      since: (at) => rows[3 * at + 2],
      cluster: (at) => clusters[rows[3 * at + 1]][0],
      what: (at) => shapes[rows[3 * at]][2],
      reason: (at) => shapes[rows[3 * at]][3],
      because: (at) => shapes[rows[3 * at]][5],
    };
    const value = Object.hasOwn(values, column) ? values[column] : undefined;
    if (value !== undefined) found.sort((one, other) => (value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : one - other));
    return isDown ? found.reverse() : found;
  }

  function draw() {
    const next = shown.slice(drawn, drawn + STEP).map(rowOf);
    if (drawn === 0) byId("rows").replaceChildren(...next);
    else byId("rows").append(...next);
    drawn += next.length;
    byId("more").hidden = drawn === shown.length;
    byId("more").textContent = "Show " + numberText(Math.min(STEP, shown.length - drawn)) + " more of " + numberText(shown.length - drawn);
  }

  function update() {
    shown = matches();
    drawn = 0;
    draw();
    if (total > 0) byId("count").textContent = numberText(shown.length) + " of " + numberText(total) + " lines";
    for (const link of document.querySelectorAll(".counts a")) follow(link);
    for (const [place, heading] of document.querySelectorAll("thead th").entries()) {
      const sort = filter.get("sort") ?? "state";
      if (sort.replace(/^-/, "") !== COLUMNS[place]) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    }
  }

  // A link changes which states are shown, and leaves the rest of the filter as it is.
  function follow(link) {
    const own = new URLSearchParams(link.dataset.own ??= link.hash.slice(1));
    const to = new URLSearchParams(filter);
    for (const name of ["state", "not"]) own.has(name) ? to.set(name, own.get(name)) : to.delete(name);
    link.setAttribute("href", "#" + to);
    const isCurrent = ["state", "not"].every((name) => (own.get(name) ?? "") === (filter.get(name) ?? ""));
    isCurrent ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }

  function change(name, value) {
    value === "" ? filter.delete(name) : filter.set(name, value);
    history.replaceState(null, "", "#" + filter);
    update();
  }

  function readAddress() {
    filter = new URLSearchParams(location.hash.slice(1));
    byId("q").value = filter.get("q") ?? "";
    byId("label").value = filter.get("label") ?? "";
    update();
  }

  function tellAge() {
    const isStale = Date.now() >= staleMs;
    const looked = document.querySelector("#ago")?.previousElementSibling;
    if (looked) byId("ago").textContent = ", " + ageText(Math.floor((Date.now() - Date.parse(looked.dateTime)) / 1000)) + " ago";
    if (isStale === document.documentElement.classList.contains("stale") && tellAge.wasCalled) return;
    tellAge.wasCalled = true;
    document.documentElement.classList.toggle("stale", isStale);
    document.title = (isStale ? "Stale: " : "") + document.title.replace(/^Stale: /, "");
  }

  function offerLabels() {
    const counts = new Map();
    for (const [, ...pairs] of clusters) for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1);
    const shared = [...counts].filter(([, count]) => count > 1).sort(([, one], [, other]) => other - one).slice(0, MAX_LABELS);
    const names = shared.map(([pair]) => labels[pair]).sort();
    byId("label").append(...names.map((name) => element("option", { value: name }, name)));
  }

  for (const [place, heading] of document.querySelectorAll("thead th").entries()) {
    const button = element("button", { type: "button" }, heading.textContent);
    const column = COLUMNS[place];
    button.addEventListener("click", () => change("sort", (filter.get("sort") ?? "state") === column ? "-" + column : column));
    heading.replaceChildren(button);
  }
  let waiting;
  byId("q").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => change("q", byId("q").value), WAIT_MS);
  });
  byId("label").addEventListener("change", () => change("label", byId("label").value));
  byId("more").addEventListener("click", draw);
  new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && draw(), { rootMargin: "600px" }).observe(byId("more"));
  addEventListener("hashchange", readAddress);
  setInterval(tellAge, CHECK_MS);
  byId("controls").hidden = false;
  offerLabels();
  tellAge();
  readAddress();
})();
`;
