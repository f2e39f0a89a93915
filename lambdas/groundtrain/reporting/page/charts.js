// Plots as SVG, each with its numbers under the pointer and in a table.
function plotFigure(plot) {
  const drawn = plot.columns ? positionMap(plot) : barChart(plot);
  const rows = plot.columns ? gridRows(plot) : plot.bars.map(([label, count]) => [label, count]);
  const heads = plot.columns
    ? ["from the top", ...Array.from({ length: plot.columns }, (_, place) => `column ${place + 1}`)]
    : [plot.along || "", plot.of];
  return html("figure", { class: "panel" },
    html("figcaption", {}, html("h3", {}, plot.title), plot.note && html("p", { class: "quiet small" }, plot.note)),
    drawn, plot.columns && mapKey(plot),
    html("details", {}, html("summary", {}, "As a table", html("span", { class: "hidden" }, `: ${plot.title}`)),
      table(plot.title, heads, rows, true)));
}

function gridRows(plot) {
  return Array.from({ length: plot.cells.length / plot.columns }, (_, row) =>
    [`row ${row + 1}`, ...plot.cells.slice(row * plot.columns, (row + 1) * plot.columns)]);
}

function niceStep(most) {
  const size = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [0.2, 0.5, 1, 2, 5].map((part) => part * size).find((step) => most / step <= 4.5 && step >= 1) || Math.max(1, size);
}

function barChart(plot) {
  const bars = plot.bars, tallest = Math.max(...bars.map((bar) => bar[1]), 1), part = niceStep(tallest);
  const most = Math.ceil(tallest / part) * part;
  const width = innerWidth < 640 ? 340 : 520, height = 210, left = 56, bottom = 44, top = 8;
  const slot = Math.min(84, (width - left) / bars.length), high = height - bottom - top;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": summary(plot) });
  for (let line = 0; line <= most; line += part) {
    const y = top + high - (high * line) / most;
    drawing.append(svg("line", { class: "grid-line", x1: left, x2: width, y1: y, y2: y }),
      svg("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, number(line)));
  }
  const longest = Math.max(...bars.map((bar) => bar[0].length)) * 6.6 + 8;
  const every = Math.max(1, Math.ceil(longest / slot));
  bars.forEach(([label, count], place) => {
    const x = left + place * slot, tall = count ? Math.max(2, (high * count) / most) : 0;
    const marked = (plot.marked || []).includes(place) ? " marked" : "";
    drawing.append(svg("rect", { class: `bar-shape${marked}`, x: x + slot * 0.1, width: slot * 0.8, y: top + high - tall, height: tall }),
      tells(svg("rect", { class: "over", x, width: slot, y: top, height: high }), `${label}: ${quantity(count, plot.of)}`));
    if (place % every === 0 || bars.length === 1) drawing.append(svg("text", { x: x + slot / 2, y: height - bottom + 16, "text-anchor": "middle" }, label));
  });
  drawing.append(svg("text", { x: left + (slot * bars.length) / 2, y: height - 6, "text-anchor": slot * bars.length < 150 ? "start" : "middle" }, plot.along || ""));
  return drawing;
}

function summary(plot) {
  const [label, count] = plot.bars.reduce((one, other) => (other[1] > one[1] ? other : one));
  return `${plot.title}: most ${plot.of}, ${number(count)}, at ${label} ${plot.along || ""}. All numbers are in the table.`;
}

function mapKey(plot) {
  const most = Math.max(...plot.cells, 1);
  const steps = [...new Set([0, Math.ceil(most / 4), Math.ceil(most / 2), most])];
  return html("p", { class: "chips small quiet map-key" }, `${plot.of} in a cell:`, ...steps.map((count) => {
    const mark = swatch("var(--bar)");
    mark.style.opacity = count ? 0.15 + (0.85 * count) / most : 0.15;
    if (!count) mark.style.background = "none";
    return html("span", {}, mark, number(count));
  }));
}

function positionMap(plot) {
  const size = 20, rows = plot.cells.length / plot.columns, most = Math.max(...plot.cells, 1);
  const drawing = svg("svg", { class: "map", viewBox: `0 0 ${size * plot.columns} ${size * rows}`, role: "img",
    "aria-label": `${plot.title}: at most ${number(most)} in one of ${plot.cells.length} cells. All numbers are in the table.` });
  plot.cells.forEach((count, place) => {
    const cell = svg("rect", { class: "cell", x: size * (place % plot.columns), y: size * Math.floor(place / plot.columns), width: size, height: size,
      "fill-opacity": count ? (0.15 + (0.85 * count) / most).toFixed(3) : 0.04 });
    drawing.append(tells(cell, quantity(count, plot.of)));
  });
  return drawing;
}

function classTable(data) {
  const sides = data.sides.map(([name]) => name), noun = data.noun;
  const most = Math.max(...data.classes.map((one) => sum(one.records)), 1);
  const heads = ["class", ...sides.map((side) => `records, ${side}`), `${noun} in all`, "records by side"];
  const rows = data.classes.map((one, place) => html("tr", { hidden: place >= FIRST_CLASSES },
    html("th", { scope: "row", class: "name" }, swatch(colourOf(place)), isolated(one.name)),
    ...one.records.map((count) => html("td", { class: `number${count ? "" : " look"}` }, number(count))),
    html("td", { class: "number" }, number(sum(one.items))),
    html("td", { class: "bars" }, sideBars(one, most, sides))));
  const head = heads.map((text, place) => html("th", { scope: "col", class: place === heads.length - 1 ? "bars" : place ? "number" : "" },
    text));
  const key = html("p", { class: "chips small quiet" }, ...sides.map((side, place) => html("span", {}, html("span", { class: `swatch key${place}` }), side)));
  const shown = html("div", { class: "panel" }, key, html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Classes" },
    html("table", {}, html("caption", {}, `Of the ${quantity(sum(data.sides.map(([, count]) => count)), "records")} that are used: those that show each class, and its ${noun}, the most frequent first`),
      html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...rows))));
  if (rows.length > FIRST_CLASSES) {
    const more = html("button", { class: "plain", type: "button" }, `Show all ${rows.length} rows`);
    more.addEventListener("click", () => { rows.forEach((row) => { row.hidden = false; }); more.remove(); });
    shown.append(more);
  }
  if (data.others && data.others.length) shown.append(html("p", { class: "quiet small" },
    `${quantity(data.others[0], "classes")} more in between, with ${quantity(sum(data.others.slice(1)), noun)} in all. Shown are the most frequent and the rarest.`));
  return shown;
}

const FIRST_CLASSES = 20;

function sum(numbers) {
  return numbers.reduce((one, other) => one + other, 0);
}

function sideBars(one, most, sides) {
  const drawing = svg("svg", { viewBox: "0 0 300 18", preserveAspectRatio: "none", "aria-hidden": "true" });
  let x = 0;
  one.records.forEach((count, side) => {
    const width = (300 * count) / most;
    drawing.append(tells(svg("rect", { class: `side${side}`, x, y: 2, width: count ? Math.max(1, width) : 0, height: 14 }),
      `${one.name}: ${quantity(count, "records")} for ${sides[side]}`));
    x += width;
  });
  return drawing;
}
