// What every page must keep, asked of the page itself at the width and in the colours it has now. Returns
// [{kind, where, what}], one for each fault. Pixels are those of the screen.
(() => {
  // Letters do not fill the boxes of their lines (DejaVu Sans: 1.16 em high, of which descenders and accents take 0.4):
  // boxes that share 2 px of 14 do not touch to the eye.
  const TOUCH = 2;
  const EDGE = 1.5;         // half a line's width, and rounding
  const SMALLEST = 10;      // px
  const faults = [];
  const fault = (kind, element, what) => {
    const place = element.closest("figure, section, main, body");
    const name = place && place.querySelector("h3, h2, h1");
    faults.push({kind, where: name ? name.textContent : "page", what});
  };
  const say = (element) => JSON.stringify((element.lastChild ? element.lastChild.textContent : "").trim().slice(0, 60));

  const parse = (colour) => {
    const parts = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return {rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1};
  };
  const over = (front, alpha, back) => front.map((v, i) => alpha * v + (1 - alpha) * back[i]);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const papers = new WeakMap();
  const paper_of = (element) => {
    if (!element) return [255, 255, 255];
    if (!papers.has(element)) {
      const one = parse(getComputedStyle(element).backgroundColor);
      papers.set(element, over(one.rgb, one.alpha, paper_of(element.parentElement)));
    }
    return papers.get(element);
  };
  const is_shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";

  const check_overlaps = (texts) => {
    const boxes = texts.map((t) => [t.getBoundingClientRect(), t]).sort((a, b) => a[0].top - b[0].top);
    boxes.forEach(([a, text], i) => {
      for (let k = i + 1; k < boxes.length && boxes[k][0].top < a.bottom - TOUCH; ++k) {
        const b = boxes[k][0];
        if (a.left < b.right - TOUCH && b.left < a.right - TOUCH)
          fault("overlap", text, `${say(text)} and ${say(boxes[k][1])}`);
      }
    });
  };

  const check_edges = (svg, elements) => {
    const edge = svg.getBoundingClientRect();
    for (const e of elements) {
      const box = e.getBoundingClientRect();
      if (box.left < edge.left - EDGE || box.right > edge.right + EDGE || box.top < edge.top - EDGE ||
          box.bottom > edge.bottom + EDGE)
        fault("cut off", e, `${e.tagName} ${say(e)} leaves its figure`);
    }
  };

  const SHAPES = "rect, polygon, circle";
  const paint = (shape) => {
    const style = getComputedStyle(shape);
    return {fill: style.fill, opacity: Number(style.fillOpacity), stroke: style.stroke,
            width: parseFloat(style.strokeWidth), dash: style.strokeDasharray};
  };
  const paper_below = (svg, text, shapes, paper) => {
    const box = text.getBoundingClientRect();
    const point = new DOMPoint(box.left + box.width / 2, box.top + box.height / 2).matrixTransform(svg.getScreenCTM().inverse());
    let back = paper;
    for (const shape of shapes) {
      if (shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING) break;
      const {fill, opacity} = paint(shape);
      if (fill !== "none" && shape.isPointInFill(point)) back = over(parse(fill).rgb, opacity, back);
    }
    return back;
  };

  const check_contrast = (element, ink, back, size, is_bold) => {
    const least = size >= 24 || (is_bold && size >= 18.66) ? 3 : 4.5;
    const found = contrast(ink, back);
    if (found < least) fault("contrast", element, `${say(element)}: ${found.toFixed(2)}, not ${least}`);
  };

  // A sample of a legend has a twin among what is drawn, and is seen on the paper.
  const same = (a, b, names) => names.every((name) => paint(a)[name] === paint(b)[name]);
  const twin_of = (sample, drawn) => {
    const is_of = (e, tags) => tags.split(" ").includes(e.tagName);
    const corners = (e) => e.tagName === "polygon" ? e.points.length : 0;
    if (sample.tagName === "line")
      return drawn.some((e) => is_of(e, "line polyline") && same(sample, e, ["stroke", "dash", "width"]));
    if (sample.tagName === "rect")
      return drawn.some((e) => is_of(e, "rect polygon") && same(sample, e, ["fill", "opacity"]));
    if (paint(sample).fill === "none") return drawn.some((e) => is_of(e, "polygon") && same(sample, e, ["stroke"]));
    return drawn.some((e) => e.tagName === sample.tagName && corners(e) === corners(sample) &&
                             same(sample, e, ["fill", "stroke"]));
  };
  const check_legend = (svg, paper) => {
    const drawn = [...svg.querySelectorAll("line, polyline, rect, polygon, circle")].filter((e) => !e.closest("[data-key]"));
    for (const sample of svg.querySelectorAll("[data-key] > *")) {
      const {fill, opacity, stroke} = paint(sample);
      if (!twin_of(sample, drawn)) fault("legend", sample, `no twin of ${sample.outerHTML}`);
      const is_area = sample.tagName === "rect";
      const ink = is_area ? over(parse(fill).rgb, opacity, paper) : parse(stroke).rgb;
      const found = contrast(ink, paper), least = is_area ? 1.1 : 3;
      if (found < least) fault("unseen", sample, `${sample.outerHTML}: ${found.toFixed(2)}, not ${least}`);
    }
  };

  const check_cumulative = (svg) => {
    for (const line of svg.querySelectorAll("polyline[data-cumulative]")) {
      const points = [...line.points];
      if (points.some((p, i) => i > 0 && p.y > points[i - 1].y + 0.11))  // written with one decimal
        fault("falls", line, "a cumulative curve falls");
    }
  };

  // Places and sizes are the same in the dark: they are asked for once.
  const is_light = matchMedia("(prefers-color-scheme: light)").matches;
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const svg of [...document.querySelectorAll("svg")].filter(is_shown)) {
    const paper = paper_of(svg.parentElement);
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim());
    const shapes = [...svg.querySelectorAll(SHAPES)];
    if (is_light) {
      check_overlaps(texts);
      check_edges(svg, svg.querySelectorAll("text, line, polyline, rect, polygon, circle"));
      check_cumulative(svg);
    }
    for (const text of texts) {
      const style = getComputedStyle(text), size = scale * parseFloat(style.fontSize);
      if (size < SMALLEST) fault("small", text, `${say(text)}: ${size.toFixed(1)} px`);
      check_contrast(text, parse(style.fill).rgb, paper_below(svg, text, shapes, paper), size, false);
    }
    check_legend(svg, paper);
  }

  const may_scroll = (element) => element.closest(".scroll, .blocks, pre");
  const seen = new Set();
  for (const element of document.body.querySelectorAll("*:not(svg):not(svg *)")) {
    const has_text = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
    if (!has_text || !is_shown(element) || element.closest(".skip")) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    if (is_light && size < SMALLEST) fault("small", element, `${say(element)}: ${size} px`);
    if (is_light && !may_scroll(element)) {
      const box = element.getBoundingClientRect();
      const hides = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
      if (hides || box.right > innerWidth + EDGE || (box.left < -EDGE && box.right > 0))  // beyond the left edge: for screen readers alone
        fault("cut off", element, say(element));
    }
    const key = [style.color, style.fontSize, style.fontWeight, paper_of(element)].join();
    if (seen.has(key)) continue;
    seen.add(key);
    check_contrast(element, parse(style.color).rgb, paper_of(element), size, Number(style.fontWeight) >= 700);
  }
  for (const verdict of document.querySelectorAll("tr > * .inside, tr > * .miss, tr > * .open"))
    if (is_shown(verdict) && verdict.getBoundingClientRect().left > innerWidth - 20)
      fault("far verdict", verdict, `${say(verdict)} is seen only after scrolling`);
  if (document.documentElement.scrollWidth > innerWidth)
    fault("sideways", document.body, `the page is ${document.documentElement.scrollWidth} px wide on ${innerWidth}`);
  return faults;
})()
