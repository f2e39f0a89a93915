// Findings by rule, with their words and their pictures; what was left out; where all this came from.
function findingSection(data, pictures) {
  if (!data.rules.length) return section("findings", "Findings", html("p", { class: "panel good" }, "✓ Nothing was found."));
  return section("findings", "Findings", html("div", { class: "rules" }, ...data.rules.map((rule) => rulePanel(data, rule, pictures))));
}

function rulePanel(data, rule, pictures) {
  const fixed = rule.fixed ? `, ${number(rule.fixed)} fixed` : "";
  const shown = pictures && data.pictures.some((one, place) => codesOf(data, one, place).includes(rule.code));
  return html("article", { class: "panel rule", id: rule.code, tabindex: "-1", "aria-labelledby": `${rule.code}-title` },
    html("div", { class: "head" }, html("h3", { id: `${rule.code}-title` }, `${rule.code} ${rule.name}`),
      html("span", { class: `chip ${rule.severity}` }, rule.severity), html("span", {}, `${number(rule.count)} found${fixed}`),
      shown && html("button", { class: "link", type: "button", click: () => pictures.filter("finding", rule.code) }, `Pictures of ${rule.code}`)),
    html("dl", {}, html("dt", {}, "Why"), html("dd", {}, sentence(rule.why)), html("dt", {}, "Fix"), html("dd", {}, sentence(rule.fix))),
    html("ul", { class: "places" }, ...rule.places.map((place) => placeItem(data, place, pictures)),
      rule.count > rule.places.length && rule.places.length > 0 && html("li", { class: "quiet" }, `and ${number(rule.count - rule.places.length)} more`)));
}

function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".") : "";
}

const MOST_LINES = 12;

// The lines that a finding on the whole file is about, as far as they are pictured.
function concerned(data, places, pictures) {
  const byLine = [...places].sort((one, other) => data.pictures[one].line - data.pictures[other].line);
  const links = byLine.slice(0, MOST_LINES).map((place) => html("button", { class: "link", type: "button", click: () => pictures.open(place) }, placeOf(data.pictures[place])));
  return html("div", { class: "chips small" }, html("span", { class: "quiet" }, `On ${quantity(places.length, "pictures")}:`), ...links,
    places.length > MOST_LINES && html("span", { class: "quiet" }, `and ${number(places.length - MOST_LINES)} more`));
}

function placeItem(data, place, pictures) {
  const where = place.line ? `${place.manifest ? `${place.manifest}, ` : ""}line ${number(place.line)}` : place.manifest || "";
  const head = where && (place.picture !== undefined && pictures
    ? html("button", { class: "link", type: "button", click: () => pictures.open(place.picture) }, `${where} (picture)`) : html("strong", {}, where));
  return html("li", {}, head, head && ": ", pictures ? withLines(data, place.saw, place.manifest, pictures.open) : html("span", { dir: "auto" }, place.saw),
    pictures && (place.pictures || []).length > 0 && concerned(data, place.pictures, pictures),
    place.source && html("div", { class: "code quiet", dir: "auto" }, `${place.source}${place.path ? `  ${place.path}` : ""}`),
    place.fix && html("div", { class: "small" }, html("span", { class: "quiet" }, "Fix: "), sentence(place.fix)));
}

// The lines that were left out for a reason, as far as they are pictured: the first finding is that reason.
function linesOf(data, reason, pictures) {
  const places = [...data.pictures.keys()].filter((place) => data.pictures[place].side === undefined && ((data.pictures[place].findings || [])[0] || [])[0] === reason.code);
  const shown = pictures ? places.slice(0, MOST_LINES) : [];
  const links = shown.map((place) => html("button", { class: "link", type: "button", click: () => pictures.open(place) }, placeOf(data.pictures[place])));
  const more = reason.count - shown.length;
  return html("span", { class: "chips" }, ...links, more > 0 && html("span", { class: "quiet" }, `${shown.length ? "and " : ""}${number(more)} not listed`));
}

// What was seen, in which lines that are pictured lead to their pictures.
function withLines(data, saw, manifest, open) {
  const pieces = saw.split(/(\bline [0-9,]+)/).map((piece) => {
    const line = /^line [0-9]/.test(piece) ? Number(piece.slice(5).replace(/,/g, "")) : 0;
    const place = line ? data.pictures.findIndex((one) => one.line === line && (one.manifest || "") === (manifest || "")) : -1;
    return place < 0 ? piece : html("button", { class: "link", type: "button", click: () => open(place) }, piece);
  });
  return html("span", { dir: "auto" }, ...pieces);
}

function leftOutSection(data, pictures) {
  if (!data.rejected) return section("left-out", "Left out", html("p", { class: "panel" }, "Nothing: every record is used."));
  const differ = data.reasons.some((one) => one.asked);
  const rows = data.reasons.map((one) => [`${one.code} ${one.name}`, one.count, linesOf(data, one, pictures),
    ...(differ ? [one.asked ? "the settings ask for it" : "a fault"] : []), one.fix]);
  const shown = pictures && data.pictures.some((one) => one.side === undefined);
  return section("left-out", "Left out", html("div", { class: "panel" },
    html("p", {}, `${number(data.rejected)} of ${quantity(data.records, "records")} are left out, each for the first rule that it fails.`),
    shown && html("button", { class: "link", type: "button", click: () => pictures.filter("side", "left out") }, "Pictures of what is left out"),
    table("Reasons", ["rule", "records", "lines", ...(differ ? ["because of"] : []), "what to do"], rows)));
}

function seriesPanel(data) {
  if (!data.series.length) return null;
  const sides = data.sides.map(([name]) => name);
  return html("div", { class: "panel", id: "series", tabindex: "-1" }, html("h3", {}, "Numbered series"),
    html("p", { class: "quiet small" }, `Images whose names differ by a number alone, by the side that they are on. ${data.series.length === 1 ? "If they are frames of one video, they belong on one side; with a single series group_by leaves nothing for the other one." : "If a series is one video, its frames belong on one side: group_by in the settings keeps them together."}`),
    table("Numbered series", ["name up to the number", ...sides], data.series.map(([stem, counts]) => [stem, ...counts]), true));
}

function originSection(data) {
  return section("origin", "Where it comes from", html("dl", { class: "panel origin" },
    ...data.origin.flatMap((one) => [html("dt", {}, one.name), html("dd", { class: "code", dir: "auto" }, one.value)])));
}
