// Charts as SVG: lines over time and bars over time, each with its figures as a table for those who do not see them.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 300;
const LEFT = 68;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;
const TICKS = 4;
const COLOURS = 8;
const STROKES = 4;

function make(name, attributes = {}, text = "") {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}

function niceStep(span) {
  const rough = span / TICKS || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

function frame(title, times, values, format) {
  const step = niceStep(Math.max(...values, 0) - Math.min(...values, 0));
  const low = Math.floor(Math.min(...values, 0) / step) * step;
  const high = Math.ceil(Math.max(...values, 0) / step) * step || step;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const x = (time) => LEFT + ((time - first) / (last - first || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  svg.append(make("title", {}, title));
  for (let value = low; value <= high + step / 2; value += step) {
    svg.append(make("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }));
    svg.append(make("text", { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, format.short(value)));
  }
  for (const [time, anchor] of [[first, "start"], [last, "end"]]) {
    svg.append(make("text", { class: "tick", x: x(time), y: HEIGHT - 10, "text-anchor": anchor }, format.date(time)));
  }
  return { svg, x, y };
}

function figures(words, heads, rows) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = words.figures;
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  const table = document.createElement("table");
  const add = (parent, cells, name) => {
    const row = parent.insertRow();
    for (const text of cells) {
      const cell = document.createElement(name);
      cell.textContent = text;
      row.append(cell);
    }
  };
  add(table.createTHead(), heads, "th");
  const body = table.createTBody();
  rows.forEach((cells) => add(body, cells, "td"));
  scroll.append(table);
  details.append(summary, scroll);
  return details;
}

// series: [{ name, points: [[time, value], …] }]
export function lines(place, title, series, words, format) {
  const shown = series.filter((one) => one.points.length);
  if (!shown.length) return empty(place, words);
  const points = shown.flatMap((one) => one.points);
  const { svg, x, y } = frame(title, points.map(([time]) => time), points.map(([, value]) => value), format);
  const legend = document.createElement("ul");
  legend.className = "legend";
  shown.forEach((one, number) => {
    // Colours come round; the kind of stroke then tells the members apart.
    const colour = `series-${number % COLOURS} stroke-${Math.floor(number / COLOURS) % STROKES}`;
    const path = one.points.map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    const line = make("polyline", { class: `line ${colour}`, points: path, "data-series": one.name });
    line.append(make("title", {}, `${one.name} : ${format.number(one.points.at(-1)[1])}`));
    svg.append(line);
    const entry = document.createElement("li");
    entry.className = colour;
    entry.textContent = one.name;
    legend.append(entry);
  });
  const rows = shown.map((one) => [one.name, format.number(one.points[0][1]), format.number(one.points.at(-1)[1])]);
  const [first, last] = [Math.min(...points.map(([time]) => time)), Math.max(...points.map(([time]) => time))];
  place.replaceChildren(svg, legend, figures(words, [words.member, format.date(first), format.date(last)], rows));
}

// points: [[time, value], …]
export function bars(place, title, points, words, format) {
  if (!points.length) return empty(place, words);
  const { svg, x, y } = frame(title, points.map(([time]) => time), points.map(([, value]) => value), format);
  const width = Math.max(1, Math.min(24, ((WIDTH - LEFT - RIGHT) / points.length) * 0.7));
  for (const [time, value] of points) {
    const [top, bottom] = [y(Math.max(value, 0)), y(Math.min(value, 0))];
    const left = Math.min(Math.max(x(time) - width / 2, LEFT), WIDTH - RIGHT - width);
    const bar = make("rect", { class: "bar", x: left, y: top, width, height: Math.max(bottom - top, 0.5) });
    bar.append(make("title", {}, `${format.date(time)} : ${format.number(value)}`));
    svg.append(bar);
  }
  const rows = points.map(([time, value]) => [format.date(time), format.number(value)]);
  place.replaceChildren(svg, figures(words, [words.date, words.units], rows));
}

function empty(place, words) {
  const note = document.createElement("p");
  note.textContent = words.noHistory;
  place.replaceChildren(note);
}
