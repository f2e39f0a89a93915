// Pictures of records, with their labels drawn over them.
const WHY = { fullest: "among the fullest", smallest: "among the smallest boxes", empty: "shows nothing", class: "example of a class" };

const FIRST_PICTURES = 16;

function sideOf(data, picture) {
  return picture.side === undefined ? "left out" : data.sides[picture.side][0];
}

function placeOf(picture) {
  return `${picture.manifest ? `${picture.manifest}, ` : ""}line ${number(picture.line)}`;
}

function drawing(data, picture, large) {
  return picture.pieces ? textView(data, picture) : imageView(data, picture, large);
}

function textView(data, picture) {
  const text = html("div", { class: "text", dir: "auto" });
  for (const [piece, classes, fault] of picture.pieces) {
    if (!classes.length) { text.append(html("span", {}, piece)); continue; }
    const mark = html("mark", { class: fault ? "fault" : "", title: classes.map((place) => data.names[place]).join(", ") }, piece);
    mark.style.borderColor = colourOf(classes[0]);
    text.append(mark);
  }
  return text;
}

function imageView(data, picture, large) {
  const [width, height] = picture.size || [640, 480], boxes = picture.boxes || [];
  const reach = 0.2 * Math.max(width, height);
  const beyond = (edge) => (edge > 1 ? Math.min(reach, edge * 1.15 + width / 60) : 0);
  const left = -beyond(Math.max(0, ...boxes.map((box) => -box[1])));
  const top = -beyond(Math.max(0, ...boxes.map((box) => -box[2])));
  const right = width + beyond(Math.max(0, ...boxes.map((box) => box[1] + box[3] - width)));
  const bottom = height + beyond(Math.max(0, ...boxes.map((box) => box[2] + box[4] - height)));
  const canvas = svg("svg", { viewBox: `${left} ${top} ${right - left} ${bottom - top}`, "aria-hidden": "true" });
  const whole = { x: 0, y: 0, width, height, preserveAspectRatio: "none" };
  if (picture.image) canvas.append(svg("image", { ...whole, href: picture.image }));
  else canvas.append(...blank(width, height, large));
  if (picture.mask) canvas.append(svg("image", { ...whole, href: picture.mask, opacity: 0.6 }));
  if (left < 0 || top < 0 || right > width || bottom > height) canvas.append(svg("rect", { ...whole, class: "edge" }));
  const unit = Math.max(right - left, bottom - top) / (large ? 60 : 26);
  const within = (x, y) => [Math.max(left + unit, Math.min(right - unit, x)), Math.max(top + unit, Math.min(bottom - unit, y))];
  boxes.filter((box) => !box[5]).forEach((box) => canvas.append(...boxShapes(data, box, unit, large)));
  boxes.filter((box) => box[5]).forEach((box) => canvas.append(...boxShapes(data, box, unit, large), ...(large && box[1] < right && box[1] + box[3] > left && box[2] < bottom && box[2] + box[4] > top ? [] : badge(...within(box[1], box[2]), unit))));
  return html("div", { class: "view" }, canvas);
}

function blank(width, height, large) {
  const size = Math.max(width, height) / (large ? 60 : 24);
  return [svg("rect", { class: "placeholder", x: 0, y: 0, width, height }),
    svg("text", { class: "hint", x: width - size / 2, y: height - size / 2, "text-anchor": "end", "font-size": size }, "no image")];
}

function boxShapes(data, [place, x, y, width, height, fault], unit, large) {
  const at = { x, y, width: Math.max(width, 0), height: Math.max(height, 0) };
  const shape = svg("rect", { ...at, class: fault ? "box fault" : "box", stroke: colourOf(place) });
  const shapes = [svg("rect", { ...at, class: "halo" }), shape];
  if (fault) shapes.unshift(svg("rect", { ...at, class: "fault-area" }));
  if (large) shapes.push(svg("text", { x: x + unit * 0.2, y: y > unit ? y - unit * 0.3 : y + unit, "font-size": unit, fill: "#fff",
    stroke: "#000", "stroke-width": unit / 5, "paint-order": "stroke" }, data.names[place].slice(0, 40)));
  return shapes;
}

function badge(x, y, unit) {
  return [svg("circle", { class: "badge", cx: x, cy: y, r: unit * 0.8 }),
    svg("text", { class: "badge-text", x, y: y + unit * 0.45, "text-anchor": "middle", "font-size": unit * 1.25 }, "!")];
}

function classesOf(picture) {
  const found = new Set(picture.classes || []);
  for (const box of picture.boxes || []) found.add(box[0]);
  for (const piece of picture.pieces || []) piece[1].forEach((place) => found.add(place));
  return [...found].sort((one, other) => one - other);
}

function legend(data, picture, most) {
  const places = classesOf(picture), colours = new Map(picture.colours || []);
  const chips = places.slice(0, most).map((place) => html("span", { class: "chip" }, swatch(colours.get(place) || (picture.colours ? "transparent" : colourOf(place))), isolated(data.names[place].slice(0, 40))));
  if (places.length > most) chips.push(html("span", { class: "quiet small" }, `and ${places.length - most} more`));
  return html("span", { class: "chips" }, ...chips);
}

function codeChip(data, code) {
  const rule = data.rules.find((one) => one.code === code);
  return html("span", { class: `chip ${rule ? rule.severity : ""}` }, rule ? `${code} ${rule.name}` : code);
}

// "" for a text that is in its line, and for a line without a source.
function fileOf(picture) {
  return picture.pieces && !picture.source.startsWith("s3://") ? "" : picture.source.split("/").pop();
}

// Codes of the findings on a record, and of those on the whole file that are about it.
function codesOf(data, picture, place) {
  const about = data.rules.filter((rule) => rule.places.some((one) => (one.pictures || []).includes(place))).map((rule) => rule.code);
  return [...new Set([...(picture.findings || []).map(([code]) => code), ...about])];
}

function pictureCard(data, picture, place, open) {
  const codes = [...new Set((picture.findings || []).map((one) => one[0]))];
  const name = fileOf(picture) || (picture.pieces ? "text" : "without a source");
  const why = (picture.reasons || []).map((reason) => WHY[reason]).filter(Boolean);
  return html("li", { "data-picture": place },
    html("button", { class: "card", type: "button", click: () => open(place) },
      drawing(data, picture, false),
      html("span", { class: "under" },
        html("span", { class: "where" }, placeOf(picture), " · ", isolated(name)),
        html("span", { class: "chips" }, html("span", { class: "chip" }, sideOf(data, picture)), ...codes.slice(0, 3).map((code) => codeChip(data, code)),
          codes.length > 3 && html("span", { class: "quiet small" }, `and ${codes.length - 3} more`)),
        legend(data, picture, 4),
        why.length > 0 && html("span", { class: "quiet small" }, why.join(", ")))));
}

function pictureDialog({ pictures, heading, drawing, facts }, id) {
  const title = html("h2", { id: `${id}-title` }), body = html("div"), state = { place: 0, among: [], outside: false };
  const position = html("span", { class: "quiet small", role: "status" });
  const back = html("button", { class: "plain", type: "button", click: () => step(-1) }, "Previous");
  const on = html("button", { class: "plain", type: "button", click: () => step(1) }, "Next");
  const dialog = html("dialog", { id, "aria-labelledby": `${id}-title` },
    html("div", { class: "bar" }, title, position, back, on,
      html("button", { class: "plain", type: "button", click: () => dialog.close() }, "Close")), body);
  function step(by) {
    const at = state.among.indexOf(state.place) + by;
    if (at >= 0 && at < state.among.length) show(state.among[at]);
  }
  function show(place) {
    state.place = place;
    const at = state.among.indexOf(place), last = state.among.length - 1;
    position.textContent = `${number(at + 1)} of ${number(last + 1)}${state.outside ? ", outside the filter" : ""}`;
    back.setAttribute("aria-disabled", at === 0);
    on.setAttribute("aria-disabled", at === last);
    back.textContent = at === 0 ? "No previous" : "Previous";
    on.textContent = at === last ? "No next" : "Next";
    title.replaceChildren(...heading(pictures[place]));
    body.replaceChildren(drawing(pictures[place], true), facts(pictures[place]));
  }
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") step(1);
    if (event.key === "ArrowLeft") step(-1);
  });
  return { dialog, open(place, among) { state.outside = !among.includes(place); state.among = state.outside ? [...pictures.keys()] : among; show(place); if (!dialog.open) dialog.showModal(); } };
}

function beyondEdges([, x, y, wide, high], size) {
  if (!size) return "";
  const past = { left: -x, top: -y, right: x + wide - size[0], bottom: y + high - size[1] };
  return Object.entries(past).filter(([, by]) => by > 0).map(([edge, by]) => `${number(by)} px past the ${edge} edge`).join(", ");
}

// Coordinates of the boxes, those with findings first.
function boxTable(data, picture) {
  const boxes = [...(picture.boxes || [])].sort((one, other) => other[5] - one[5]);
  if (!boxes.length) return null;
  const rows = boxes.map((box) => [data.names[box[0]], beyondEdges(box, picture.size) || "no", ...box.slice(1, 5)]);
  return html("details", { open: boxes.length <= LISTED_BOXES }, html("summary", {}, "Coordinates in pixels"),
    table("Coordinates in pixels", ["class", "outside", "left", "top", "width", "height"], rows, true));
}

const LISTED_BOXES = 6;

function pictureFacts(data, picture, open) {
  const found = (picture.findings || []).map(([code, saw]) => html("li", {}, codeChip(data, code), " ", withLines(data, saw, picture.manifest, open)));
  const count = (picture.boxes || []).length;
  return html("div", { class: "told" },
    picture.source && !picture.pieces && html("p", { class: "code", dir: "auto" }, picture.source),
    picture.missing && html("p", { class: "quiet small" }, `Not shown: ${picture.missing}`),
    found.length > 0 && html("ul", { class: "first" }, ...found), legend(data, picture, 60), boxTable(data, picture),
    (count > 0 || picture.more > 0) && html("p", { class: "quiet small" }, count > 0
      ? quantity(count + (picture.more || 0), data.noun) + (picture.more ? `, ${number(picture.more)} of them not drawn` : "") : `${number(picture.more)} more of its labels are not drawn`),
    picture.unsaid > 0 && html("p", { class: "quiet small" }, `and ${quantity(picture.unsaid, "findings")} more on this record`));
}

function pictureSection(data) {
  const cards = html("ul", { class: "cards" }), said = html("p", { class: "quiet small", role: "status" });
  const viewer = pictureDialog({ pictures: data.pictures, heading: (one) => [placeOf(one), " · ", sideOf(data, one), ...(fileOf(one) ? [" · ", isolated(fileOf(one))] : [])],
    drawing: (one, large) => drawing(data, one, large), facts: (one) => pictureFacts(data, one, (place) => open(place)) }, "picture");
  const visible = () => [...cards.children].filter((card) => !card.hidden).map((card) => Number(card.dataset.picture));
  let fitting = [];
  const open = (place) => viewer.open(place, [...fitting.keys()].filter((one) => fitting[one]));
  cards.append(...data.pictures.map((picture, place) => pictureCard(data, picture, place, open)));
  const choices = pictureChoices(data);
  let most = FIRST_PICTURES;
  const more = html("button", { class: "plain", type: "button", click: () => { most = data.pictures.length; apply(); } });
  const none = html("p", { class: "notice" }, "No picture fits all of these filters. Clear the filters, or choose “all” in one of them.");
  function apply() {
    fitting = data.pictures.map((one, place) => choices.every((choice) => choice.fits(one, place)));
    const filtered = choices.some((one) => one.select.value);
    let room = filtered ? data.pictures.length : most;
    [...cards.children].forEach((card, place) => { card.hidden = !fitting[place] || room-- <= 0; });
    const shown = visible().length, found = fitting.filter(Boolean).length;
    const out = data.pictures.filter((one, place) => fitting[place] && one.side === undefined).length;
    const ofOut = out > 0 && out < found ? `; ${number(out)} of the ${number(found)} that fit ${out === 1 ? "is" : "are"} left out of the dataset` : "";
    said.textContent = `${number(shown)} of ${quantity(data.pictures.length, "pictures")}${filtered ? ofOut : ""}`;
    none.hidden = found > 0;
    more.hidden = shown === found;
    more.textContent = `Show ${number(found - shown)} more`;
  }
  choices.forEach((one) => one.select.addEventListener("change", apply));
  const all = html("button", { class: "plain", type: "button", click: () => { choices.forEach((one) => { one.select.value = ""; }); apply(); } }, "Clear filters");
  apply();
  const filters = html("div", { class: "filters" }, ...choices.map((one) => html("label", {}, one.label, one.select)), all, said);
  const part = section("pictures", "Pictures", html("p", { class: "quiet note" }, data.picturesNote), filters, none, cards, more, viewer.dialog);
  return { part, open, filter(name, value) {
    choices.forEach((one) => { one.select.value = one.name === name ? value : ""; });
    apply();
    part.scrollIntoView();
  } };
}

function pictureChoices(data) {
  const unique = (lists) => [...new Set(lists.flat())];
  const classes = unique(data.pictures.map(classesOf)).sort((one, other) => one - other);
  const codes = unique(data.pictures.map((one, place) => codesOf(data, one, place))).sort();
  const sides = unique(data.pictures.map((one) => sideOf(data, one)));
  const reasons = unique(data.pictures.map((one) => one.reasons || [])).filter((reason) => WHY[reason]);
  const choice = (name, label, options, has) => {
    const select = html("select", { "data-filter": name }, html("option", { value: "" }, "all"), ...options.map(([value, text]) => html("option", { value }, text)));
    return { name, label, select, fits: (picture, place) => !select.value || has(picture, select.value, place) };
  };
  return [
    choice("class", "Class", classes.map((place) => [place, data.names[place].slice(0, 60)]), (one, value) => classesOf(one).includes(Number(value))),
    choice("side", "Split", sides.map((side) => [side, side]), (one, value) => sideOf(data, one) === value),
    choice("finding", "Finding", codes.map((code) => [code, `${code} ${(data.rules.find((rule) => rule.code === code) || { name: "" }).name}`]),
      (one, value, place) => codesOf(data, one, place).includes(value)),
    choice("reason", "Shown because", reasons.map((reason) => [reason, WHY[reason]]), (one, value) => (one.reasons || []).includes(value)),
  ].filter((one) => one.select.options.length > 1);
}
