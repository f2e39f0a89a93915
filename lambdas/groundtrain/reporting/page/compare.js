// What a model found, beside what is labeled.
const KIND_WORDS = { right: "right", confused: "as another class", missed: "not found", extra: "where nothing is labeled" };

function share(value) {
  return value === null ? "–" : value.toLocaleString("en-US", { style: "percent", maximumFractionDigits: 1 });
}

function comparisonSection(data) {
  const found = data.compared, noun = `a score of at least ${found.leastScore}`;
  const rows = found.classes.map((one) => [one.name, one.labeled, one.found, one.matched, share(one.precision), share(one.recall), share(one.average_precision)]);
  const means = found.means && `Mean average precision: ${share(found.means[0])} at an overlap of 0.5, ${share(found.means[1])} over 0.5 to 0.95.`;
  const viewer = pictureDialog({ pictures: found.pictures, heading: (one) => [one.source.split("/").pop()],
    drawing: (one, large) => comparedView(data, one, large), facts: (one) => comparedFacts(data, one) }, "compared-picture");
  const cards = found.pictures.map((one, place) => comparedCard(data, one, () => viewer.open(place, [...found.pictures.keys()])));
  return section("compared", "Found and labeled",
    html("p", { class: "note quiet", dir: "auto" }, `${found.model ? `Model ${found.model}. ` : ""}${quantity(found.images, "images")} compared; boxes count from ${noun}. ${means || ""} ${found.note}`),
    html("div", { class: "panel" }, table("By class, the lowest recall first", ["class", "labeled", "found", "right", "precision", "recall", "average precision"], rows, true)),
    found.confusions[1].length > 1 && confusionPanel(found.confusions),
    cards.length ? html("div", {}, html("h3", { class: "apart" }, "The worst images first"), kindLegend(), html("ul", { class: "cards" }, ...cards))
      : html("p", { class: "good apart" }, "✓ No image has a mistake."), viewer.dialog);
}

function confusionPanel([names, rows]) {
  const most = Math.max(1, ...rows.flat());
  const body = rows.map((row, place) => html("tr", {}, html("th", { scope: "row", dir: "auto" }, names[place]),
    ...row.map((count, other) => {
      const cell = html("td", { class: `number${place === other ? " agrees" : ""}` }, count ? number(count) : "·");
      if (count && place !== other) cell.style.background = `color-mix(in srgb, var(--bad) ${Math.round((45 * count) / most) + 8}%, transparent)`;
      return cell;
    })));
  return html("div", { class: "panel apart" }, html("h3", {}, "Confusions"), html("p", { class: "quiet small" }, "Rows are labeled, columns found; the classes with most mistakes, and nothing."),
    html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Confusions" }, html("table", {}, html("caption", { class: "hidden" }, "Confusions"),
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "labeled \\ found"), ...names.map((name) => html("th", { scope: "col", class: "number", dir: "auto" }, name)))), html("tbody", {}, ...body))));
}

function kindLegend() {
  return html("p", { class: "chips small" }, ...Object.entries(KIND_WORDS).map(([kind, words]) => html("span", { class: "chip" }, html("span", { class: `swatch kind-${kind}` }), words)));
}

function comparedView(data, picture, large) {
  const [width, height] = picture.size || [640, 480];
  const canvas = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  if (picture.image) canvas.append(svg("image", { x: 0, y: 0, width, height, preserveAspectRatio: "none", href: picture.image }));
  else canvas.append(...blank(width, height, large));
  const unit = Math.max(width, height) / 60;
  for (const [place, x, y, wide, high, kind, instead, score] of picture.boxes || []) {
    const at = { x, y, width: Math.max(wide, 0), height: Math.max(high, 0) };
    canvas.append(svg("rect", { ...at, class: "halo" }), svg("rect", { ...at, class: `box drawn-${kind}` }));
    const words = `${data.names[place].slice(0, 30)}${instead >= 0 ? ` → ${data.names[instead].slice(0, 30)}` : ""}${score ? ` ${score.toFixed(2)}` : ""}`;
    if (large) canvas.append(svg("text", { x: x + unit * 0.2, y: y > unit ? y - unit * 0.3 : y + unit, "font-size": unit, fill: "#fff", stroke: "#000", "stroke-width": unit / 5, "paint-order": "stroke" }, words));
  }
  return html("div", { class: "view" }, canvas);
}

function comparedCard(data, picture, open) {
  return html("li", {}, html("button", { class: "card", type: "button", click: open }, comparedView(data, picture, false),
    html("span", { class: "under" }, html("span", { class: "where", dir: "auto" }, picture.source.split("/").pop()), html("span", { class: "small" }, picture.said))));
}

function comparedFacts(data, picture) {
  const mistakes = (picture.boxes || []).filter((box) => box[5] !== "right").map(([place, , , , , kind, instead, score]) =>
    html("li", {}, isolated(data.names[place]), ` ${KIND_WORDS[kind]}`, instead >= 0 && html("span", {}, ": ", isolated(data.names[instead])), score ? `, score ${score.toFixed(2)}` : ""));
  return html("div", { class: "told" }, html("p", { class: "code", dir: "auto" }, picture.source), picture.missing && html("p", { class: "quiet small" }, `Not shown: ${picture.missing}`),
    html("p", {}, picture.said), kindLegend(), html("ul", { class: "first" }, ...mistakes));
}
