// Puts the page together.
const SIGNS = { good: "✓", look: "!", bad: "✕", none: "·" };
const KINDS = { "will-train": "good", "will-train-without-lines": "look", "gate-closed": "look", "will-not-train": "bad" };

const ANSWERS = { "will-train": "Yes", "will-train-without-lines": "Yes", "gate-closed": "Not yet", "will-not-train": "No" };
const FIRST_FINDINGS = 8;

function verdictPanel(data) {
  const [kind, text, reasons] = data.verdict, state = KINDS[kind] || "look";
  return html("div", { class: `panel verdict ${state}`, id: "verdict" }, html("span", { class: `sign ${state}`, "aria-hidden": "true" }, SIGNS[state]),
    html("h2", { class: state, id: "overview-title" }, `${ANSWERS[kind] || "Not yet"}: ${text.replace(/\.$/, "")}`),
    reasons.length === 1 ? html("p", { dir: "auto" }, reasons[0]) : reasons.length > 1 && html("ul", {}, ...reasons.map((one) => html("li", { dir: "auto" }, one))));
}

function tile(name, value, more) {
  return html("div", { class: "tile" }, html("dt", {}, name), html("dd", {}, html("span", { class: "big" }, value), more && html("div", { class: "quiet small" }, more)));
}

function tiles(data) {
  const found = data.rules.filter((rule) => rule.count);
  const of = (severity) => found.filter((rule) => rule.severity === severity).length;
  return html("dl", { class: "tiles" }, tile("Records", number(data.records), data.sides.map(([name, count]) => `${number(count)} ${name}`).join(" · ")),
    tile("Left out", number(data.rejected), data.records ? `${number((100 * data.rejected) / data.records)} % of all` : ""),
    tile("Classes", number(data.totalClasses)), tile(data.noun[0].toUpperCase() + data.noun.slice(1), number(data.items)),
    tile("Rules with findings", number(found.length), ["error", "warning", "info"].filter(of).map((one) => quantity(of(one), one === "info" ? "notes" : `${one}s`)).join(" · ")));
}

function asked(data) {
  return html("div", { class: "panel" }, html("h3", {}, "At a glance"), html("dl", { class: "asked" }, ...data.answers.map((one) =>
    html("div", {}, html("span", { class: `sign ${one.state}`, "aria-hidden": "true" }, SIGNS[one.state]), html("dt", {}, html("a", { href: `#${one.at}` }, one.question)), html("dd", { dir: "auto" }, one.answer)))));
}

function wrongFirst(data) {
  const blocking = data.blocking || [], blocks = new Set(blocking.map((one) => one.code));
  const others = data.rules.filter((rule) => rule.count && rule.severity !== "info" && !blocks.has(rule.code));
  const room = Math.max(1, FIRST_FINDINGS - blocking.length), more = others.length - room;
  const items = blocking.map((one) => blockingItem(data, one));
  items.push(...others.slice(0, room).map(ruleItem));
  if (more > 0) items.push(html("li", {}, html("a", { href: "#findings" }, `and ${number(more)} more`)));
  return html("div", { class: "panel" }, html("h3", {}, "What is wrong first"),
    items.length ? html("ul", { class: "first" }, ...items) : html("p", { class: "good" }, "✓ No rule of severity error or warning is met."));
}

function blockingItem(data, { code, name, saw }) {
  const words = `${code} ${name}`, told = data.rules.some((rule) => rule.code === code);
  return html("li", {}, html("span", { class: "chips" }, told ? html("a", { href: `#${code}` }, words) : html("strong", {}, words),
    html("span", { class: "chip error" }, data.verdict[0] === "gate-closed" ? "closes the gate" : "prevents training")), html("p", { class: "small", dir: "auto" }, saw));
}

function ruleItem(rule) {
  return html("li", {}, html("span", { class: "chips" }, html("a", { href: `#${rule.code}` }, `${rule.code} ${rule.name}`),
    html("span", { class: `chip ${rule.severity}` }, `${number(rule.count)} ${rule.severity}${rule.count === 1 ? "" : "s"}`)),
  html("p", { class: "small", dir: "auto" }, rule.places.length ? `${rule.places[0].line ? `Line ${number(rule.places[0].line)}: ` : ""}${rule.places[0].saw}` : rule.why));
}

function start() {
  const data = JSON.parse(document.getElementById("data").textContent);
  for (const [name, usual] of Object.entries({ rejected: 0, totalClasses: 0, pictures: [], others: [], series: [], rules: [], names: [] })) if (data[name] === undefined) data[name] = usual;
  const short = data.title.includes(" with ") ? data.title : data.title.split("/").filter(Boolean).pop() || data.title;
  document.getElementById("title").textContent = short;
  document.getElementById("about").textContent = `${data.type}, label attribute ${data.label}${short === data.title ? "" : ` · ${data.title}`}`;
  const pictures = data.pictures.length ? pictureSection(data) : null;
  const parts = [
    html("section", { id: "overview", class: "overview", "aria-labelledby": "overview-title", tabindex: "-1" }, verdictPanel(data), tiles(data), html("div", { class: "pair" }, asked(data), wrongFirst(data))),
    data.compared && comparisonSection(data),
    pictures && pictures.part,
    data.classes.length > 0 && section("classes", "Classes", classTable(data)),
    section("plots", "Distributions", data.step > 1 && html("p", { class: "quiet note" }, `Of so large a manifest, one record in ${number(data.step)} is counted here.`), html("div", { class: "plots" }, ...data.plots.map(plotFigure), seriesPanel(data))),
    findingSection(data, pictures), leftOutSection(data, pictures), originSection(data),
  ].filter(Boolean);
  document.getElementById("main").append(...parts);
  document.getElementById("parts").append(html("ul", {}, ...parts.map((part) => html("li", {}, html("a", { href: `#${part.id}` },
    part.id === "overview" ? "Overview" : part.querySelector("h2").textContent)))));
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
}

start();
