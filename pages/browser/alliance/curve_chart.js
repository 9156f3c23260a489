// Drawing with uPlot: curves over time, one picked out against the others in grey; bars; a small curve for each member.
// Takes figures and gives charts; fetches nothing.
import * as format from "../shell/format.js";
import { language } from "../shell/text.js";

export const canDraw = () => typeof window.uPlot === "function";

const hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const DAY_S = 86_400;

// The page's own colours, which follow its theme.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
function resolved(name) {
  const probe = document.createElement("i");
  probe.className = "colour-probe";
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found || colour(name);
}

function axes() {
  const [ink, rule] = [resolved("--muted"), resolved("--rule")];
  const usual = { stroke: ink, font: "12px system-ui, sans-serif", grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1, size: 4 } };
  const times = (u, splits, _axis, _space, step) => splits.map((at, place) => timeText(at, splits[place - 1], step));
  return [
    { ...usual, values: times, space: 70 },
    { ...usual, values: (u, splits) => splits.map((value) => format.short(value)), size: 62 },
  ];
}

function timeText(at, before, step) {
  const date = new Date(at * 1000);
  if (step >= DAY_S) return day.format(date);
  const isNewDay = before === undefined || new Date(before * 1000).getDate() !== date.getDate();
  return isNewDay ? `${hour.format(date)}\n${day.format(date)}` : hour.format(date);
}

// Half a step is left free at each side, so that the first and the last bar are whole.
function padded(times) {
  const step = times.length > 1 ? (times.at(-1) - times[0]) / (times.length - 1) : 1800;
  return (_u, low, high) => [low - step / 2, high + step / 2];
}

function drawn(place, options, figures, height) {
  place.replaceChildren();
  const chart = new window.uPlot({ legend: { show: false }, width: place.clientWidth || 600, height, ...options }, figures, place);
  const observer = new ResizeObserver(() => place.clientWidth && chart.setSize({ width: place.clientWidth, height }));
  observer.observe(place);
  return { destroy: () => (observer.disconnect(), chart.destroy()) };
}

// curves: [{ name, values }], the picked one last so that it lies above. onHover(place in times, place in curves).
export function drawCurves(place, times, curves, pickedName, onHover) {
  const [strong, weak, near] = [resolved("--accent"), resolved("--edge-weak"), resolved("--ink")];
  let hovered = null;
  const series = curves.map(({ name }) => {
    const stroke = () => (name === pickedName ? strong : name === hovered ? near : weak);
    return { label: name, stroke, width: name === pickedName ? 2.5 : 1.25, points: { show: times.length < 20, size: 5, fill: stroke } };
  });
  const tell = (u) => onHover(u.cursor.idx ?? null, hovered);
  const options = {
    axes: axes(),
    series: [{}, ...series],
    scales: { x: { range: padded(times) } },
    cursor: { focus: { prox: 20 }, drag: { x: false, y: false }, points: { size: 6 } },
    focus: { alpha: 1 },
    hooks: {
      setSeries: [(u, number, { focus }) => {
        const next = focus && number ? u.series[number].label : null;
        if (next === hovered) return;
        hovered = next;
        u.redraw(false);
        tell(u);
      }],
      setCursor: [tell],
    },
  };
  return drawn(place, options, [times, ...curves.map(({ values }) => values)], 300);
}

export function drawBars(place, times, values, onHover) {
  const fill = resolved("--accent");
  const options = {
    axes: axes(),
    series: [{}, { fill, stroke: fill, width: 0, points: { show: false }, paths: window.uPlot.paths.bars({ size: [0.7, 24] }) }],
    scales: { x: { range: padded(times) }, y: { range: (_u, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    hooks: { setCursor: [(u) => onHover(u.cursor.idx ?? null)] },
  };
  return drawn(place, options, [times, values], 180);
}

// A curve without axes; all that stand side by side share one scale.
export function drawSmall(place, times, values, [low, high], isPicked) {
  const options = {
    axes: [{ show: false }, { show: false }],
    series: [{}, { stroke: resolved(isPicked ? "--accent" : "--muted"), width: 1.5, points: { show: false } }],
    scales: { x: { range: padded(times) }, y: { range: () => [low, high] } },
    cursor: { show: false },
    padding: [4, 4, 4, 4],
  };
  return drawn(place, options, [times, values], 56);
}
