// Elements of the page. Texts of the data become text nodes, never markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  for (const child of children.flat()) if (child || child === 0) element.append(child);
  return element;
}

function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function number(value) {
  return Number(value).toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function quantity(count, many) {
  const one = { classes: "class", boxes: "box", entities: "entity" }[many] || many.replace(/s$/, "");
  return `${number(count)} ${count === 1 ? one : many}`;
}

function section(id, title, ...children) {
  const heading = html("h2", { id: `${id}-title` }, title);
  return html("section", { id, "aria-labelledby": `${id}-title`, tabindex: "-1" }, heading, ...children);
}

function table(caption, heads, rows, numbers) {
  const cell = (value, place) =>
    place === 0 ? html("th", { scope: "row", dir: "auto" }, String(value))
      : html("td", { class: numbers ? "number" : "" }, typeof value === "number" ? number(value) : value);
  const head = heads.map((text, place) => html("th", { scope: "col", class: place && numbers ? "number" : "" }, text));
  return html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    html("table", {}, html("caption", { class: "hidden" }, caption), html("thead", {}, html("tr", {}, ...head)),
      html("tbody", {}, ...rows.map((row) => html("tr", {}, ...row.map(cell))))));
}

const tip = document.getElementById("tip");

// The number under the pointer; tables hold the same for those without one.
function tells(element, text) {
  element.addEventListener("pointermove", (event) => {
    tip.textContent = text;
    tip.hidden = false;
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.max(8, event.clientY - tip.offsetHeight - 12)}px`;
  });
  element.addEventListener("pointerleave", () => { tip.hidden = true; });
  return element;
}

// The first eight after Okabe and Ito, who chose them for colour-blind readers.
const COLOURS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#3b8fd6", "#d55e00", "#cc79a7", "#f2f2f2",
  "#9467bd", "#b5796d", "#bcbd22", "#ff1493", "#00ced1", "#a6a6a6", "#7cfc00", "#e05252"];

function colourOf(place) {
  return COLOURS[place % COLOURS.length];
}

function swatch(colour) {
  const mark = html("span", { class: "swatch", "aria-hidden": "true" });
  mark.style.background = colour;
  return mark;
}

function isolated(text) {
  return html("bdi", {}, text);
}
