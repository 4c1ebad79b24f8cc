// Draws every [data-chart] from the JSON beside it, in the page's own colours, again when the theme or the width changes.
// The numbers are the table's: the Table button shows it, a click on a mark opens the rows behind it.
const drawn = new Map();
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return { surface: of("surface"), sunken: of("sunken"), line: of("line"), line2: of("line2"), ink: of("ink"), ink2: of("ink2"), ink3: of("ink3"), grey: of("grey-fill"), accent: of("accent"), tint: of("accent-tint"), amber: of("amber-fill"), on: of("accent-on") };
}

function font() {
  const style = getComputedStyle(document.body);
  return { fontFamily: style.fontFamily, fontSize: 12 };
}

const number = (value) => (typeof value === "number" ? new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(value) : value ?? "–");

function frame(spec, c) {
  return {
    animation: !still,
    animationDuration: 180,
    textStyle: font(),
    tooltip: { renderMode: "richText", confine: true, backgroundColor: c.surface, borderColor: c.line2, padding: [6, 10], textStyle: { color: c.ink, fontSize: 12 } },
    grid: { left: 4, right: 16, top: spec.series.length > 1 || spec.target !== null ? 30 : 14, bottom: 2, containLabel: true },
  };
}

function axes(spec, c) {
  const quiet = { axisLine: { show: false }, axisTick: { show: false } };
  const isNumber = spec.shape === "scatter";
  return {
    xAxis: { type: isNumber ? "value" : "category", ...quiet, axisLine: { show: true, lineStyle: { color: c.line2 } }, axisLabel: { color: c.ink2, hideOverlap: true }, splitLine: { show: false }, ...(isNumber ? { name: spec.columns[1], nameTextStyle: { color: c.ink2 } } : { data: spec.rows.map((row) => row[0]) }) },
    yAxis: { type: "value", ...quiet, splitNumber: 4, minInterval: spec.unit === "%" ? undefined : 1, max: spec.unit === "%" ? 100 : undefined, axisLabel: { color: c.ink2, formatter: (value) => `${number(value)}${spec.unit === "%" ? " %" : ""}` }, splitLine: { lineStyle: { color: c.line } } },
  };
}

function tone(one, place, c) {
  if (one.tone) return c[one.tone];
  return place === 0 ? c.grey : c.line2;
}

function series(spec, c) {
  return spec.series.map((one, place) => {
    const colour = tone(one, place, c);
    const made = {
      name: spec.columns[one.column],
      type: one.shape,
      data: spec.rows.map((row) => (one.shape === "scatter" ? [row[1], row[one.column]] : row[one.column])),
      itemStyle: { color: colour, borderRadius: one.shape === "bar" ? [2, 2, 0, 0] : 0 },
      lineStyle: { color: colour, width: 2, type: one.dashed ? "dashed" : "solid" },
      barMaxWidth: 26,
      symbolSize: one.shape === "scatter" ? 10 : 6,
      showSymbol: spec.rows.length < 40,
      emphasis: { focus: "none" },
      cursor: spec.urls.length ? "pointer" : "default",
      label: { show: one.marks, position: "top", color: c.ink2, formatter: ({ value }) => number(Array.isArray(value) ? value[1] : value) },
    };
    if (place === 0 && spec.target !== null) {
      made.markLine = { silent: true, symbol: "none", lineStyle: { color: c.ink2, type: "dashed" }, label: { color: c.ink2, formatter: spec.targetLabel, position: "insideStartTop" }, data: [{ yAxis: spec.target }] };
    }
    return made;
  });
}

function plain(spec, c) {
  return {
    ...frame(spec, c),
    ...axes(spec, c),
    legend: spec.series.length > 1 ? { type: "scroll", top: 0, left: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: c.ink2 }, selectedMode: false } : undefined,
    tooltip: { ...frame(spec, c).tooltip, trigger: spec.shape === "scatter" ? "item" : "axis", axisPointer: { type: "line", lineStyle: { color: c.line2 } }, valueFormatter: (value) => `${number(value)}${spec.unit ? ` ${spec.unit}` : ""}` },
    series: series(spec, c),
  };
}

function rows(spec, c) {
  const drawn = plain(spec, c);
  const wide = Math.min(280, Math.max(110, window.innerWidth * 0.34));
  const names = { ...drawn.xAxis, inverse: true, axisLabel: { color: c.ink2, width: wide, overflow: "truncate" } };
  const bars = drawn.series.map((one) => ({ ...one, itemStyle: { ...one.itemStyle, borderRadius: [0, 2, 2, 0] }, label: { ...one.label, position: "right" } }));
  const grid = { ...drawn.grid, right: 28 }; // half of the last number stands beyond the last line
  return { ...drawn, grid, xAxis: { ...drawn.yAxis, axisLabel: { ...drawn.yAxis.axisLabel, hideOverlap: true } }, yAxis: names, series: bars };
}

function heatmap(spec, c) {
  const xs = [...new Set(spec.rows.map((row) => row[0]))];
  const ys = spec.labels.length ? spec.labels : [...new Set(spec.rows.map((row) => row[1]))];
  const most = Math.max(1, ...spec.rows.map((row) => row[2]));
  const label = { color: c.ink2 };
  return {
    ...frame(spec, c),
    grid: { left: 4, right: 8, top: 6, bottom: 2, containLabel: true },
    xAxis: { type: "category", data: xs, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...label, hideOverlap: true } },
    yAxis: { type: "category", data: ys, inverse: true, axisLine: { show: false }, axisTick: { show: false }, axisLabel: label },
    visualMap: { show: false, min: 0, max: most, inRange: { color: [c.sunken, c.tint, c.accent] } },
    series: [{ type: "heatmap", data: spec.rows.map((row) => [xs.indexOf(row[0]), ys.indexOf(row[1]), row[2]]), itemStyle: { borderColor: c.surface, borderWidth: 2, borderRadius: 3 }, label: { show: most < 1000, fontSize: 11, formatter: ({ value }) => value[2] || "", color: c.ink, textBorderColor: c.surface, textBorderWidth: 2 }, emphasis: { itemStyle: { borderColor: c.ink } }, tooltip: { formatter: ({ value }) => `${ys[value[1]]} ${xs[value[0]]}: ${number(value[2])}` } }],
  };
}

function sankey(spec, c) {
  const froms = new Set(spec.rows.map((row) => row[0]));
  const side = (name, isFrom) => `${isFrom ? "" : " "}${name}`; // the same word on both sides is two nodes
  const nodes = [...[...froms].map((name) => side(name, true)), ...[...new Set(spec.rows.map((row) => row[1]))].map((name) => side(name, false))];
  const most = Math.max(...spec.rows.map((row) => row[2]));
  return {
    ...frame(spec, c),
    series: [{ type: "sankey", left: 4, right: 140, top: 8, bottom: 8, nodeWidth: 8, nodeGap: 12, draggable: false, data: nodes.map((name) => ({ name, itemStyle: { color: c.ink2, borderWidth: 0 } })), links: spec.rows.filter((row) => row[2] > 0).map((row) => ({ source: side(row[0], true), target: side(row[1], false), value: row[2], lineStyle: { color: row[2] === most ? c.accent : c.grey, opacity: row[2] === most ? 0.45 : 0.24 } })), label: { color: c.ink, formatter: ({ name, value }) => `${name.trim()} ${number(value)}` }, emphasis: { focus: "none" }, tooltip: { formatter: ({ data, name, value }) => (data.source ? `${data.source.trim()} → ${data.target.trim()}: ${number(value)}` : `${name.trim()}: ${number(value)}`) } }],
  };
}

function draw(place) {
  const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = drawn.get(place) || window.echarts.init(place, null, { renderer: "canvas" });
  const shapes = { heatmap, sankey, rows };
  chart.setOption((shapes[spec.shape] || plain)(spec, colours()), true);
  if (!drawn.has(place)) {
    chart.on("click", ({ dataIndex, dataType }) => {
      const url = dataType === "node" ? "" : spec.urls[dataIndex];
      if (url) location.assign(url);
    });
    new ResizeObserver(() => chart.resize()).observe(place);
  }
  drawn.set(place, chart);
}

function drawAll() {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    chart.dispose();
    drawn.delete(place);
  }
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-table]");
  if (!button) return;
  const card = button.closest(".gx-chart-card");
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  card.querySelector(".gx-chart-table").hidden = !open;
  card.querySelector(".gx-chart").hidden = open;
  if (!open) drawn.get(card.querySelector(".gx-chart"))?.resize();
});

new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
document.addEventListener("gx:shown", drawAll);
window.addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
drawAll();
document.documentElement.dataset.charts = "drawn";
