// The page: what is chosen, and what is drawn when that changes.
"use strict";

const at = (id) => document.getElementById(id);
const data = JSON.parse(at("data").textContent);
const tokenizer = makeTokenizer(data.tokenizer);
const model = new Model(data.config, data.tensors, floats(at("weights").textContent));
const stages = {
  scores: "Q Kᵀ: how well each query fits each key.",
  scaled: "Q Kᵀ / √dₖ: the same, kept from growing with the size of a head.",
  masked: "The future is hidden (·): −∞ before the softmax.",
  weights: "Softmax: each row sums to 1.",
};

const state = {
  text: data.prompt, ids: [], query: 0, key: 0, layer: 0, headIndex: 0, stage: "weights", follows: true,
  switches: { mask: true, scaling: true, positions: true, headsOff: new Set() },
  sampling: { temperature: 1, topK: Math.min(data.config.vocabulary, 1000), topP: 1 },
  frame: 0, sentence: 0,
};

function floats(base64) {
  const binary = atob(base64), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}

const percent = (share) => (100 * share).toFixed(1) + "%";
const labels = () => state.ids.map((id) => tokenizer.label(id));
const headName = () => `${state.layer}.${state.headIndex}`;

// The text has changed: new ids, and everything that follows from them. Measures how long that takes.
function read() {
  const began = performance.now();
  const { ids, unknown } = tokenizer.encode(state.text);
  const { context } = data.config, cropped = Math.max(0, ids.length - context);
  state.ids = ids.slice(cropped);
  const notes = [];
  if (unknown.length) notes.push(`Unknown to this model and left out: ${unknown.slice(0, 8).map((u) => `“${visible(u)}”`).join(", ")}${unknown.length > 8 ? " …" : ""}.`);
  if (cropped) notes.push(`The model sees ${context} tokens; the first ${cropped} are cropped.`);
  if (!state.ids.length) notes.push("Type something to begin.");
  at("notes").textContent = notes.join(" ");
  if (state.follows || state.query >= state.ids.length) state.query = Math.max(0, state.ids.length - 1);
  state.key = Math.min(state.key, state.query);
  compute();
  document.documentElement.dataset.milliseconds = (performance.now() - began).toFixed(1);
}

// The model runs, and all pictures are drawn anew.
function compute() {
  const isEmpty = !state.ids.length;
  for (const id of ["next", "overview", "heat", "view", "product", "vectors", "lens"]) at(id).hidden = isEmpty;
  drawTokens();
  if (isEmpty) return;
  model.run(state.ids, state.switches);
  drawEffect();
  drawOverview();
  drawChoice();
}

// Another token, cell or head is looked at; the numbers are the same.
function drawChoice() {
  for (const name of document.querySelectorAll(".head-name")) name.textContent = headName();
  at("head-on").checked = !state.switches.headsOff.has(headName());
  for (const button of at("tokens").children) button.setAttribute("aria-pressed", button.dataset.token == state.query);
  for (const button of document.querySelectorAll(".heads button")) button.setAttribute("aria-pressed", button.dataset.head === headName());
  drawNext();
  drawMap();
  drawLines();
  drawProduct();
  drawVectors();
  drawLens();
  drawFilm();
}

function drawTokens() {
  at("tokens").replaceChildren(...state.ids.map((id, i) => {
    const button = element("button", { type: "button", textContent: tokenizer.label(id) }, element("small", { textContent: id }));
    button.dataset.token = i;
    button.setAttribute("aria-pressed", i === state.query);
    return button;
  }));
}

function drawNext() {
  const list = candidates(model.logits(state.query), state.sampling);
  const { temperature, topK, topP } = state.sampling;
  at("next-token").textContent = tokenizer.label(state.ids[state.query]);
  at("next-rule").textContent = temperature > 0
    ? `at temperature ${temperature.toFixed(2)}; paler ones are cut by top-k or top-p.`
    : "at temperature 0: the likeliest is taken.";
  at("bars").replaceChildren(...list.slice(0, 10).map(({ id, raw, kept }) => bar(tokenizer.label(id), raw, percent(raw), !kept)));
  at("temperature-value").textContent = temperature.toFixed(2);
  at("topk-value").textContent = topK >= model.config.vocabulary ? "all" : topK;
  at("topp-value").textContent = topP.toFixed(2);
}

// What the switches change in the next token, beside the untouched model.
let untouched = null;
function drawEffect() {
  const { mask, scaling, positions, headsOff } = state.switches;
  const off = [mask ? "" : "the mask", scaling ? "" : "the scaling", positions ? "" : "the positions",
    ...[...headsOff].sort().map((head) => `head ${head}`)].filter(Boolean);
  if (!off.length) { at("effect").textContent = ""; return; }
  untouched = untouched || new Model(data.config, data.tensors, floats(at("weights").textContent));
  untouched.run(state.ids, allOn);
  const last = state.ids.length - 1, best = (m) => candidates(m.logits(last), { temperature: 1, topK: Infinity, topP: 1 })[0];
  const [before, after] = [best(untouched), best(model)];
  at("effect").textContent = `Without ${off.join(", ")}: the likeliest next token is “${tokenizer.label(after.id)}” `
    + `(${percent(after.raw)}); the whole model says “${tokenizer.label(before.id)}” (${percent(before.raw)}).`;
}

function drawOverview() {
  drawHeads(at("heads"), (l, h) => model.attention(l, h, "weights", state.switches), 96, state.switches.headsOff);
}

// A miniature of every head, a row for each layer. Buttons stay, so that the focus does.
function drawHeads(grid, weights, greatest, off = new Set()) {
  const { layers, heads } = data.config;
  if (!grid.children.length) {
    grid.style.gridTemplateColumns = `max-content repeat(${heads}, max-content)`;
    grid.append(element("span"), ...Array.from({ length: heads }, (_, h) => element("span", { textContent: `head ${h}` })));
    for (let l = 0; l < layers; l++) {
      grid.append(element("span", { textContent: `layer ${l}` }));
      for (let h = 0; h < heads; h++) {
        const button = element("button", { type: "button" }, element("canvas"));
        button.dataset.head = `${l}.${h}`;
        button.setAttribute("aria-label", `layer ${l}, head ${h}`);
        grid.append(button);
      }
    }
  }
  const size = Math.max(36, Math.min(greatest, Math.floor((grid.parentElement.clientWidth - 90) / heads) - 18));
  for (const button of grid.querySelectorAll("button")) {
    const [l, h] = button.dataset.head.split(".").map(Number);
    button.className = off.has(button.dataset.head) ? "off" : "";
    button.setAttribute("aria-pressed", button.dataset.head === headName());
    miniature(button.firstChild, weights(l, h), size);
  }
}

let mapCells = null;
function drawMap() {
  const values = model.attention(state.layer, state.headIndex, state.stage, state.switches), names = labels();
  const isSigned = state.stage !== "weights";
  mapCells = heatMap(at("map"), names, values, {
    signed: isSigned, selected: [state.query, state.key], available: at("heat").clientWidth - 34 });
  at("map").setAttribute("aria-label", `Heat map of ${names.length} queries (rows) by ${names.length} keys (columns), head ${headName()}: ${stages[state.stage]}`);
  at("stage-note").textContent = stages[state.stage];
  const value = values[state.query][state.key];
  at("cell").textContent = `${names[state.query]} → ${names[state.key]}: ${value === null ? "masked" : value.toFixed(4)}`
    + (isSigned ? "" : `, row sum ${values[state.query].reduce((sum, v) => sum + (v || 0), 0).toFixed(4)}`);
  if (at("numbers").open) drawTable(names, values);
}

function drawTable(names, values) {
  const cell = (text, scope) => element(scope ? "th" : "td", scope ? { textContent: text, scope } : { textContent: text });
  const table = element("table", {}, element("tr", {}, cell("from \\ to", "col"), ...names.map((name) => cell(name, "col")), cell("sum", "col")));
  values.forEach((row, i) => table.append(element("tr", {}, cell(names[i], "row"),
    ...row.map((v) => cell(v === null ? "·" : v.toFixed(4))), cell(row.reduce((sum, v) => sum + (v || 0), 0).toFixed(4)))));
  at("table").replaceChildren(table);
}

let hovered = null;
function drawLines() {
  const weights = model.attention(state.layer, state.headIndex, "weights", state.switches), names = labels();
  const chosen = hovered ?? state.query;
  headLines(at("lines"), names, weights, chosen);
  const ranking = weights[chosen].map((weight, j) => ({ weight, j })).filter(({ weight }) => weight !== null)
    .sort((a, b) => b.weight - a.weight).slice(0, 4).map(({ weight, j }) => `“${names[j]}” ${percent(weight)}`);
  at("ranking").textContent = `When “${names[chosen]}” asks, it attends most to ${ranking.join(", ")}.`;
}

function drawProduct() {
  const size = model.headSize, layer = model.layers[state.layer], names = labels();
  const part = (matrix, t) => model.row(matrix, t).subarray(state.headIndex * size, (state.headIndex + 1) * size);
  const q = part(layer.query, state.query), k = part(layer.key, state.key);
  const products = Array.from(q, (value, d) => value * k[d]), score = products.reduce((sum, p) => sum + p, 0);
  const limit = largest([...q, ...k]), row = (name, values, most) => {
    const tr = element("tr", {}, element("th", { textContent: name, scope: "row" }));
    for (const value of values) {
      const td = element("td", { textContent: value.toFixed(2) }), shade = color(value, most);
      Object.assign(td.style, { background: css(shade), color: ink(shade) });
      tr.append(td);
    }
    return tr;
  };
  at("product-sentence").textContent = `The query of “${names[state.query]}” times the key of “${names[state.key]}”, in each of the ${size} dimensions of head ${headName()}.`;
  at("dimensions").replaceChildren(
    element("tr", {}, element("th", { textContent: "dimension", scope: "row" }), ...products.map((_, d) => element("th", { textContent: d, scope: "col" }))),
    row("query", q, limit), row("key", k, limit), row("query · key", products, largest(products)));
  const scaled = state.switches.scaling ? score / Math.sqrt(size) : score;
  const weight = model.attention(state.layer, state.headIndex, "weights", state.switches)[state.query][state.key];
  at("product-sum").textContent = `sum ${score.toFixed(4)}` + (state.switches.scaling ? ` ÷ √${size} = ${scaled.toFixed(4)}` : "")
    + (weight === null ? ", masked: weight 0" : ` → softmax of the row → weight ${weight.toFixed(4)}`);
}

function drawVectors() {
  const size = model.headSize, layer = model.layers[state.layer], t = state.query;
  const head = (matrix) => model.row(matrix, t).subarray(state.headIndex * size, (state.headIndex + 1) * size);
  const rows = [
    ["embedding of the token", model.row(model.tokenVectors, t)],
    ["with its position", model.row(model.streams[0], t)],
    [`into layer ${state.layer}`, model.row(model.streams[state.layer], t)],
    [`Q of head ${headName()}`, head(layer.query)], [`K of head ${headName()}`, head(layer.key)],
    [`V of head ${headName()}`, head(layer.value)], ["gathered by the head", head(layer.gathered)],
    [`after layer ${state.layer}`, model.row(model.streams[state.layer + 1], t)],
  ];
  at("vector-token").textContent = `“${tokenizer.label(state.ids[t])}”`;
  const narrow = window.innerWidth < 600, room = Math.max(120, at("vectors").clientWidth - (narrow ? 190 : 230));
  at("strips").replaceChildren(...rows.flatMap(([name, vector]) => {
    const values = Array.from(vector), limit = largest(values), canvas = element("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${name}: ${values.length} numbers up to ${limit.toFixed(2)}`);
    canvas.title = `${values.length} numbers, largest ${limit.toFixed(3)}: ${values.slice(0, 12).map((v) => v.toFixed(2)).join(" ")} …`;
    strip(canvas, values, limit, Math.min(room, values.length * 26));
    return [element("span", { textContent: name }), canvas];
  }));
}

function drawLens() {
  const rows = [element("tr", {}, ...["stream", "length", "1st", "2nd", "3rd", "4th"].map((name) => element("th", { textContent: name, scope: "col" })))];
  for (let l = 0; l <= data.config.layers; l++) {
    const length = Math.hypot(...model.row(model.streams[l], state.query));
    const list = candidates(model.logits(state.query, l), { temperature: 1, topK: Infinity, topP: 1 });
    const row = element("tr", {}, element("th", { textContent: l ? `after layer ${l - 1}` : "embeddings", scope: "row" }), element("td", { textContent: length.toFixed(2) }));
    for (const { id, raw } of list.slice(0, 4)) {
      const shade = color(raw), cell = element("td", { className: "chip" }, tokenizer.label(id) + " ", element("small", { textContent: percent(raw) }));
      Object.assign(cell.style, { background: css(shade), color: ink(shade) });
      row.append(cell);
    }
    rows.push(row);
  }
  at("lens-table").replaceChildren(...rows);
}
