"use strict";
// Hovering over a span or a row shows what it relates to, a click keeps it, Escape lets go.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  // From the spans that a relation leads to, these lead on: a place to its region, "he" to his name.
  const ONWARD = new Set(["located_in", "refers_to", "member_of"]);
  let pinned = null, shown = null;

  const relations = new WeakMap();
  for (const article of document.querySelectorAll(".article")) {
    relations.set(article, JSON.parse(article.querySelector(".relations").textContent));
  }

  const fragments = (article, span) => [...article.querySelectorAll(`.words [data-s="${span}"]`)];
  const spansOf = (element) => element.dataset.s.split(" ").map(Number);

  function edgesOf(article, spans) {
    const all = relations.get(article), first = new Set(spans), reached = new Set(), chosen = new Map();
    all.forEach((edge, place) => {
      const [, source, target] = edge;
      const along = spans.length === 1 ? first.has(source) || first.has(target) : first.has(source) && first.has(target);
      if (along) { chosen.set(place, false); if (first.has(source)) reached.add(target); }
    });
    for (let grown = spans.length === 1; grown;) {
      grown = false;
      all.forEach(([type, source, target], place) => {
        if (ONWARD.has(type) && reached.has(source) && !chosen.has(place)) {
          chosen.set(place, true); reached.add(target); grown = true;
        }
      });
    }
    return [...chosen].map(([place, far]) => ({ edge: all[place], far }));
  }

  function clear() {
    if (!shown) return;
    const { article } = shown;
    for (const element of article.querySelectorAll(".on, .near")) element.classList.remove("on", "near");
    article.querySelector(".words").classList.remove("picking");
    article.querySelector(".arrows").replaceChildren();
    shown = null;
  }

  function show(article, spans) {
    clear();
    shown = { article, spans };
    const edges = edgesOf(article, spans);
    for (const { edge } of edges) for (const end of [edge[1], edge[2]]) mark(article, end, "near");
    for (const span of spans) mark(article, span, "on");
    article.querySelector(".words").classList.toggle("picking", pinned !== null);
    const key = spans.join(" ");
    for (const row of article.querySelectorAll("tr[data-s]")) row.classList.toggle("on", row.dataset.s === key);
    draw(article, edges);
  }

  function mark(article, span, name) {
    for (const element of fragments(article, span)) {
      element.classList.remove("near");
      element.classList.add(name);
    }
  }

  // --- Arrows ---

  function element(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  }

  function rectangles(article, span, origin) {
    return fragments(article, span).flatMap((part) => [...part.getClientRects()]).filter((box) => box.width > 1).map((box) => ({
      left: box.left - origin.left, right: box.right - origin.left, top: box.top - origin.top, bottom: box.bottom - origin.top,
      x: (box.left + box.right) / 2 - origin.left, y: (box.top + box.bottom) / 2 - origin.top,
    }));
  }

  // Long spans run over several lines: the arrow joins the two lines that are nearest.
  function nearest(sources, targets) {
    let best = null, least = Infinity;
    for (const source of sources) for (const target of targets) {
      const distance = Math.abs(source.y - target.y) * 3 + Math.abs(source.x - target.x);
      if (distance < least) { least = distance; best = [source, target]; }
    }
    return best;
  }

  function route([source, target]) {
    const clamp = (value, box) => Math.min(Math.max(value, box.left + 6), Math.max(box.right - 6, box.left + 6));
    const from = clamp(target.x, source);
    if (Math.abs(source.y - target.y) < 12) {
      const to = clamp(source.x, target), top = Math.min(source.top, target.top) - 13;
      return `M${from},${source.top} C${from},${top} ${to},${top} ${to},${target.top - 2}`;
    }
    const down = target.y > source.y, start = down ? source.bottom : source.top, end = down ? target.top - 2 : target.bottom + 2;
    const bend = (end - start) * .55, to = target.x;
    return `M${from},${start} C${from},${start + bend} ${to},${end - bend} ${to},${end}`;
  }

  function draw(article, edges) {
    const svg = article.querySelector(".arrows"), origin = svg.getBoundingClientRect(), drawn = [], taken = [];
    edges.forEach(({ edge: [type, source, target], far }, number) => {
      const sources = rectangles(article, source, origin), targets = rectangles(article, target, origin);
      const ends = nearest(sources, targets);
      if (!ends) return;
      taken.push(...ends.map((box) => ({ ...box, top: box.y - 8, bottom: box.y + 8, weight: 2 })));
      const group = element("g", { class: far ? `${type} far` : type }, svg), head = `${article.id}-head-${number}`;
      const marker = element("marker", { id: head, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" }, group);
      element("path", { d: "M0,0 L8,4 L0,8 z" }, marker);
      const path = element("path", { d: route(ends), "marker-end": `url(#${head})` }, group);
      drawn.push({ path, type });
    });
    for (const { path, type } of drawn) label(article, svg, path, type, origin, taken);
  }

  // A label stands on its arrow, in the space between two lines, where it covers least.
  function label(article, svg, path, type, origin, taken) {
    const name = type.replaceAll("_", " "), half = name.length * 2.75 + 5, words = article.querySelector(".words");
    const line = parseFloat(getComputedStyle(words).lineHeight), first = words.getBoundingClientRect().top - origin.top;
    const length = path.getTotalLength();
    let best = null, least = Infinity;
    for (const part of [.5, .4, .6, .3, .7, .2, .8]) {
      const point = path.getPointAtLength(length * part), gap = Math.round((point.y - first) / line);
      for (const step of [0, -1, 1, -2, 2]) for (const aside of [0, -half, half]) {
        const x = Math.min(Math.max(point.x + aside, half), origin.width - half), y = first + (gap + step) * line;
        const box = { left: x - half, right: x + half, top: y - 7, bottom: y + 7, weight: 4 };
        const price = taken.reduce((sum, other) => sum + overlap(box, other) * other.weight, 0);
        const distance = Math.abs(y - point.y) * 3 + Math.abs(x - point.x) + Math.abs(part - .5) * 20;
        if (price + distance < least) { least = price + distance; best = { ...box, x, y }; }
      }
    }
    taken.push(best);
    const group = element("g", { class: path.parentNode.getAttribute("class") }, svg);
    element("rect", { x: best.left, y: best.top, width: half * 2, height: 14, rx: 7 }, group);
    element("text", { x: best.x, y: best.y + .5 }, group).textContent = name;
  }

  function overlap(one, other) {
    const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return Math.max(0, width) * Math.max(0, height);
  }

  // --- Events ---

  const found = (event) => event.target.closest?.(".words [data-s], tr[data-s]");

  function refresh() {
    if (pinned) show(pinned.article, pinned.spans); else clear();
  }

  function pin(article, spans) {
    pinned = { article, spans };
    refresh();
    const row = article.querySelector("tr.on"), panel = article.querySelector(".panel");
    if (row && panel.scrollHeight > panel.clientHeight) {
      const inside = row.getBoundingClientRect(), outside = panel.getBoundingClientRect();
      if (inside.top < outside.top || inside.bottom > outside.bottom) panel.scrollTop += inside.top - outside.top - 60;
    }
  }

  function reveal(article, span) {
    const word = fragments(article, span)[0];
    if (!word) return;
    const box = word.getBoundingClientRect();
    if (box.top < 60 || box.bottom > innerHeight - 60) word.scrollIntoView({ block: "center", behavior: "instant" });
  }

  document.addEventListener("mouseover", (event) => {
    const over = found(event);
    if (over && !pinned) show(over.closest(".article"), spansOf(over));
  });
  document.addEventListener("mouseout", (event) => { if (found(event) && !pinned) clear(); });

  document.addEventListener("click", (event) => {
    const over = found(event);
    if (!over) {
      if (!event.target.closest?.(".legend, a")) { pinned = null; clear(); }
      return;
    }
    const article = over.closest(".article"), spans = spansOf(over), link = event.target.closest("a[href^='#']");
    const again = pinned && pinned.article === article && pinned.spans.join() === spans.join();
    if (link) {
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
    } else if (again) {
      pinned = null;
      clear();
      return;
    }
    pin(article, spans);
    if (over.matches("tr")) reveal(article, link ? Number(link.getAttribute("href").split("s").pop()) : spans[0]);
  });

  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { pinned = null; clear(); } });
  addEventListener("resize", refresh);

  for (const box of document.querySelectorAll(".legend input")) {
    box.addEventListener("change", () => document.body.classList.toggle(`hide-${box.dataset.layer}`, !box.checked));
  }

  function fromAddress() {
    const [, name, span] = /^#(a\d+)s(\d+)$/.exec(location.hash) ?? [];
    const article = name && document.getElementById(name);
    if (article) { pin(article, [Number(span)]); reveal(article, Number(span)); }
  }
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();
