// Pictures: heat maps on canvases, lines and curves as SVG, bars as HTML.
"use strict";

// ColorBrewer's sequential "Blues" and diverging "PuOr" scales, safe for colour-blind readers.
const blues = ["f7fbff", "deebf7", "c6dbef", "9ecae1", "6baed6", "4292c6", "2171b5", "08519c", "08306b"].map(rgb);
const purpleOrange = ["7f3b08", "b35806", "e08214", "fdb863", "fee0b6", "f7f7f7", "d8daeb", "b2abd2", "8073ac", "542788", "2d004b"].map(rgb);

function rgb(hex) { return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)); }

function onScale(scale, value) {
  const position = Math.min(Math.max(value || 0, 0), 1) * (scale.length - 1);
  const index = Math.min(Math.floor(position), scale.length - 2), part = position - index;
  return scale[index].map((low, i) => Math.round(low * (1 - part) + scale[index + 1][i] * part));
}

// The colour of a share from 0 to 1, or of a signed value beside the largest one.
function color(value, limit) {
  return limit ? onScale(purpleOrange, 0.5 + value / (2 * limit)) : onScale(blues, value);
}

function css(parts) { return `rgb(${parts.join(" ")})`; }

// Black or white, whichever has the greater contrast on a colour (WCAG 2.2).
function ink(parts) {
  const [r, g, b] = parts.map((part) => (part / 255 <= 0.04045 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.179 ? "#fff" : "#000";
}

function largest(values) { return values.reduce((most, v) => Math.max(most, Math.abs(v || 0)), 1e-12); }

// A canvas of `width` × `height` CSS pixels, sharp on every screen, and its context.
function prepare(canvas, width, height) {
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.width = width + "px";
  canvas.style.height = height + "px";
  const context = canvas.getContext("2d");
  context.scale(density, density);
  return context;
}

function theme(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

function shortened(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  const letters = [...text];
  while (letters.length && context.measureText(letters.join("") + "…").width > room) letters.pop();
  return letters.join("") + "…";
}

// A labelled heat map: a row for each query, a column for each key. `values` holds null where a mask
// hides a cell. Signed values are drawn from orange over white to purple. Returns where its cells lie.
function heatMap(canvas, labels, values, { signed = false, selected = null, available = 560 } = {}) {
  const count = labels.length, font = "12px " + theme("--mono");
  const measuring = canvas.getContext("2d");
  measuring.font = font;
  const widest = Math.max(0, ...labels.map((label) => measuring.measureText(label).width)), margin = Math.min(96, 14 + widest);
  const cell = Math.max(4, Math.min(52, Math.floor((available - margin - 24) / Math.max(1, count))));
  // Labels that fit above their column stand upright.
  const isUpright = widest <= cell - 4, left = margin + 18, top = isUpright ? 38 : margin + 18;
  const context = prepare(canvas, Math.max(left + count * cell, 190) + 6, Math.max(top + count * cell, 200) + 6);
  const limit = signed ? largest(values.flat()) : 0;
  const plain = theme("--ink"), quiet = theme("--quiet"), every = Math.ceil(14 / cell);

  context.font = font;
  context.textBaseline = "middle";
  context.fillStyle = quiet;
  context.fillText("attending to (keys) →", left, 8);
  context.save();
  context.translate(8, top);
  context.rotate(-Math.PI / 2);
  context.textAlign = "right";
  context.fillText("← attending from (queries)", 0, 0);
  context.restore();

  labels.forEach((label, i) => {
    if (i % every) return;
    context.fillStyle = plain;
    context.textAlign = "right";
    context.fillText(shortened(context, label, margin - 10), left - 6, top + (i + 0.5) * cell);
    context.save();
    context.translate(left + (i + 0.5) * cell, top - 6);
    if (!isUpright) context.rotate(-Math.PI / 2);
    context.textAlign = isUpright ? "center" : "left";
    context.fillText(shortened(context, label, margin - 10), 0, isUpright ? -4 : 0);
    context.restore();
  });

  context.textAlign = "center";
  context.font = `${cell > 44 ? 12 : 10}px ${theme("--mono")}`;
  const gap = cell > 8 ? 1 : 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const [x, y, value] = [left + j * cell, top + i * cell, values[i][j]];
      if (value === null) {
        if (cell >= 8) { context.fillStyle = quiet; context.fillText("·", x + cell / 2, y + cell / 2); }
        continue;
      }
      const shade = color(value, limit);
      context.fillStyle = css(shade);
      context.fillRect(x, y, cell - gap, cell - gap);
      if (cell < 30) continue;
      context.fillStyle = ink(shade);
      context.fillText(signed ? value.toFixed(1) : value.toFixed(2), x + cell / 2, y + cell / 2);
    }
  if (selected) {
    context.strokeStyle = theme("--accent");
    context.lineWidth = 2;
    context.strokeRect(left + selected[1] * cell, top + selected[0] * cell, cell - gap, cell - gap);
  }
  return { left, top, cell, count };
}

// A heat map without labels, for the overview of all heads.
function miniature(canvas, values, size) {
  const count = values.length, context = prepare(canvas, size, size), cell = size / Math.max(1, count);
  values.forEach((row, i) => row.forEach((value, j) => {
    if (value === null) return;
    context.fillStyle = css(color(value));
    context.fillRect(j * cell, i * cell, Math.ceil(cell), Math.ceil(cell));
  }));
}

// A vector as a strip of colours, orange below 0 and purple above.
function strip(canvas, vector, limit, width, height = 18) {
  const context = prepare(canvas, width, height), cell = width / vector.length;
  vector.forEach((value, i) => {
    context.fillStyle = css(color(value, limit));
    context.fillRect(i * cell, 0, Math.ceil(cell), height);
  });
}

function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Lines from each query (left) to the keys it attends to (right), thicker for more; those of one query
// alone where one is chosen.
function headLines(svgElement, labels, weights, chosen) {
  const step = 24, height = labels.length * step + 30, width = 360, [from, to] = [120, 240];
  const y = (i) => 34 + i * step;
  const shown = (label) => ([...label].length > 14 ? [...label].slice(0, 13).join("") + "…" : label);
  const lines = [], words = [];
  weights.forEach((row, i) => row.forEach((weight, j) => {
    if (weight === null || weight < 0.005) return;
    const isQuiet = chosen !== null && chosen !== i;
    lines.push(svg("line", {
      x1: from + 6, y1: y(i), x2: to - 6, y2: y(j), "stroke-width": 0.5 + 5 * weight,
      "stroke-opacity": isQuiet ? 0.04 : 0.15 + 0.85 * weight, class: "attention-line" }));
  }));
  labels.forEach((label, i) => {
    const query = svg("text", { x: from, y: y(i), "text-anchor": "end", class: "query", tabindex: 0, "data-query": i }, shown(label));
    if (chosen === i) query.classList.add("chosen");
    const key = svg("text", { x: to, y: y(i) }, shown(label));
    if (chosen !== null && weights[chosen][i] !== null) {
      key.setAttribute("fill-opacity", 0.35 + 0.65 * weights[chosen][i]);
      key.append(svg("tspan", { class: "share", dx: 6 }, (100 * weights[chosen][i]).toFixed(0) + "%"));
    }
    words.push(query, key);
  });
  svgElement.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svgElement.replaceChildren(
    svg("text", { x: from, y: 12, "text-anchor": "end", class: "axis" }, "from (queries)"),
    svg("text", { x: to, y: 12, class: "axis" }, "to (keys)"), ...lines, ...words);
}

// The loss of each recorded step against the step, both axes named, and a mark on the chosen one.
function lossCurve(svgElement, curve, step, steps) {
  if (!curve.length) return;
  const width = Math.min(640, Math.max(280, svgElement.parentElement.clientWidth));
  const [height, left, bottom, right, top] = [220, 46, 38, 12, 10];
  const last = Math.max(1, curve[curve.length - 1][0], steps[steps.length - 1]);
  const highest = Math.max(...curve.map(([, loss]) => loss)) * 1.05;
  const x = (s) => left + (Math.log1p(s) / Math.log1p(last)) * (width - left - right);
  const y = (loss) => height - bottom - (loss / highest) * (height - bottom - top);
  const path = curve.map(([s, loss], i) => `${i ? "L" : "M"}${x(s).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
  const ticks = [0, highest / 2, highest].map((loss) =>
    svg("text", { x: left - 6, y: y(loss) + 4, "text-anchor": "end", class: "axis" }, loss.toFixed(1)));
  const marks = [0, 1, 10, 100, 1000, 10000, 100000].filter((s) => s <= last).map((s) =>
    svg("text", { x: x(s), y: height - bottom + 15, "text-anchor": "middle", class: "axis" }, s.toLocaleString("en")));
  svgElement.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svgElement.replaceChildren(
    svg("path", { d: `M${left} ${top}V${height - bottom}H${width - right}`, class: "frame" }),
    svg("path", { d: path, class: "curve" }),
    svg("line", { x1: x(step), x2: x(step), y1: top, y2: height - bottom, class: "mark" }),
    ...ticks, ...marks,
    svg("text", { x: (left + width) / 2, y: height - 4, "text-anchor": "middle", class: "axis" }, "step (logarithmic)"),
    svg("text", { transform: `translate(11 ${(height - bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "axis" }, "loss (nats/token)"));
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A row of a list of shares: label, bar, number.
function bar(label, share, text, isCut = false) {
  const row = element("li", { className: isCut ? "bar cut" : "bar" },
    element("span", { className: "bar-label", textContent: label }),
    element("span", { className: "bar-track" }, element("span", { className: "bar-fill" })),
    element("span", { className: "bar-number", textContent: text }));
  row.querySelector(".bar-fill").style.width = (100 * Math.min(Math.max(share, 0), 1)).toFixed(2) + "%";
  return row;
}
