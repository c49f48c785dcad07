// What the reader does, and the film of the training.
"use strict";

function select(query, key = Math.min(state.key, query)) {
  Object.assign(state, { query, key, follows: query === state.ids.length - 1 });
  drawChoice();
}

function setText(text) {
  at("text").value = state.text = text;
  read();
}

at("text").addEventListener("input", () => { state.text = at("text").value; read(); });
at("tokens").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) select(Number(button.dataset.token));
});

for (const [id, name] of [["temperature", "temperature"], ["topk", "topK"], ["topp", "topP"]]) {
  if (id === "topk") at(id).max = Math.min(data.config.vocabulary, 1000);
  at(id).value = state.sampling[name];
  at(id).addEventListener("input", () => {
    state.sampling[name] = Number(at(id).value);
    if (id === "topk" && at(id).value === at(id).max) state.sampling.topK = Infinity;
    drawNext();
  });
}
state.sampling.topK = Infinity;

// Adds a token to the text, or as many as make a whole character; the words that the model did not know
// stay where they are.
function append() {
  if (!state.ids.length) return;
  const before = tokenizer.decode(state.ids), added = [];
  let text = "";
  do {
    const ids = [...state.ids, ...added].slice(-data.config.context);
    model.run(ids, state.switches);
    added.push(choose(candidates(model.logits(ids.length - 1), state.sampling), Math.random()));
    text = tokenizer.decode([...state.ids, ...added]).slice(before.length);
  } while (text.endsWith("\uFFFD") && added.length < 4);
  state.follows = true;
  setText(state.text + text);
}

let remaining = 0;
function generate() {
  if (remaining-- <= 0) { stopGenerating(); return; }
  append();
  setTimeout(generate, 60);
}
function stopGenerating() {
  remaining = 0;
  at("generate").textContent = "Generate";
}
at("generate").addEventListener("click", () => {
  if (remaining > 0) { stopGenerating(); return; }
  remaining = 24;
  at("generate").textContent = "Stop";
  generate();
});
at("generate-one").addEventListener("click", append);
at("reset").addEventListener("click", () => { stopGenerating(); state.follows = true; setText(data.prompt); });

for (const name of ["mask", "scaling", "positions"])
  at(name).addEventListener("change", () => { state.switches[name] = at(name).checked; compute(); });
if (data.config.positions === "none") at("positions").disabled = true;
at("head-on").addEventListener("change", () => {
  if (at("head-on").checked) state.switches.headsOff.delete(headName());
  else state.switches.headsOff.add(headName());
  compute();
});
at("all-on").addEventListener("click", () => {
  Object.assign(state.switches, { mask: true, scaling: true, positions: true });
  state.switches.headsOff.clear();
  for (const name of ["mask", "scaling", "positions"]) at(name).checked = true;
  compute();
});

for (const grid of document.querySelectorAll(".heads"))
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    [state.layer, state.headIndex] = button.dataset.head.split(".").map(Number);
    drawChoice();
  });

for (const stage of Object.keys(stages)) {
  const input = element("input", { type: "radio", name: "stage", value: stage, checked: stage === state.stage });
  input.addEventListener("change", () => { state.stage = stage; drawMap(); });
  at("stages").append(element("label", { className: "switch" }, input,
    { scores: "Q Kᵀ", scaled: "÷ √dₖ", masked: "mask", weights: "softmax" }[stage]));
}

function cellAt(event) {
  const box = at("map").getBoundingClientRect();
  const j = Math.floor((event.clientX - box.left - mapCells.left) / mapCells.cell);
  const i = Math.floor((event.clientY - box.top - mapCells.top) / mapCells.cell);
  return i >= 0 && j >= 0 && i < mapCells.count && j < mapCells.count ? [i, j] : null;
}
at("map").addEventListener("click", (event) => { const cell = cellAt(event); if (cell) select(...cell); });
at("map").addEventListener("keydown", (event) => {
  const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!move) return;
  event.preventDefault();
  const inside = (value) => Math.min(Math.max(value, 0), state.ids.length - 1);
  select(inside(state.query + move[0]), inside(state.key + move[1]));
});
at("numbers").addEventListener("toggle", drawMap);

for (const [type, leaves] of [["pointerover", false], ["pointerout", true], ["focusin", false], ["focusout", true]])
  at("lines").addEventListener(type, (event) => {
    const query = event.target.dataset?.query;
    const now = leaves || query === undefined ? null : Number(query);
    if (now === hovered) return;
    hovered = now;
    if (type.startsWith("pointer")) drawLines();
    else for (const text of at("lines").querySelectorAll(".query")) text.classList.toggle("chosen", Number(text.dataset.query) === (now ?? state.query));
  });
at("lines").addEventListener("click", (event) => {
  if (event.target.dataset?.query !== undefined) select(Number(event.target.dataset.query));
});
at("lines").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.dataset.query !== undefined) select(Number(event.target.dataset.query));
});

// The film: frames × sentences × layers × heads, then queries × keys as bytes, 255 for 1.
const film = data.film && { ...data.film, bytes: Uint8Array.from(atob(data.film.weights), (c) => c.charCodeAt(0)) };

function filmWeights(frame, sentence, layer, head) {
  const { layers, heads } = data.config;
  const sizes = film.sentences.map((tokens) => tokens.length ** 2 * layers * heads);
  const perFrame = sizes.reduce((sum, size) => sum + size, 0), n = film.sentences[sentence].length;
  let offset = frame * perFrame + sizes.slice(0, sentence).reduce((sum, size) => sum + size, 0);
  offset += (layer * heads + head) * n * n;
  return film.sentences[sentence].map((_, i) => film.sentences[sentence].map((_, j) => (j > i ? null : film.bytes[offset + i * n + j] / 255)));
}

function drawFilm() {
  if (!film) return;
  const tokens = film.sentences[state.sentence].map(visible);
  const step = film.steps[state.frame], loss = film.losses[state.frame];
  heatMap(at("film-map"), tokens, filmWeights(state.frame, state.sentence, state.layer, state.headIndex),
    { available: Math.min(540, at("film").clientWidth - 34) });
  at("film-map").setAttribute("aria-label", `Attention of head ${headName()} at step ${step}`);
  at("frame-value").textContent = `${step.toLocaleString("en")}, ` + (loss === null ? "untrained" : `loss ${loss.toFixed(3)}`);
  at("frame").setAttribute("aria-valuetext", `step ${at("frame-value").textContent}`);
  drawHeads(at("film-heads"), (l, h) => filmWeights(state.frame, state.sentence, l, h), 56);
  lossCurve(at("curve"), film.curve, step, film.steps);
}

if (film) {
  at("film").hidden = false;
  state.frame = film.steps.length - 1;
  at("frame").max = state.frame;
  at("frame").value = state.frame;
  film.sentences.forEach((tokens, i) => at("sentence").append(element("option", { value: i, textContent: film.texts[i] })));
  at("frame").addEventListener("input", () => { state.frame = Number(at("frame").value); drawFilm(); });
  at("sentence").addEventListener("change", () => { state.sentence = Number(at("sentence").value); drawFilm(); });
  let timer = null;
  at("play").addEventListener("click", () => {
    if (timer) { clearInterval(timer); timer = null; at("play").textContent = "Play"; return; }
    at("play").textContent = "Stop";
    if (state.frame === film.steps.length - 1) state.frame = -1;
    timer = setInterval(() => {
      state.frame++;
      at("frame").value = state.frame;
      drawFilm();
      if (state.frame === film.steps.length - 1) at("play").click();
    }, 180);
  });
}

const isDark = () => document.documentElement.dataset.theme === "dark";
function setTheme(dark) { document.documentElement.dataset.theme = dark ? "dark" : "light"; }
setTheme(matchMedia("(prefers-color-scheme: dark)").matches);
at("theme").addEventListener("click", () => { setTheme(!isDark()); compute(); });

let resizing = null;
window.addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(compute, 100); });

const { layers, heads, width, context, vocabulary, parameters } = data.config;
at("summary").textContent = `${data.title}: ${parameters.toLocaleString("en")} parameters, ${layers} layers × ${heads} heads, width ${width}, context ${context}, ${vocabulary} tokens`;
document.title = `Attention explorer: ${data.title}`;
setText(state.text);
document.documentElement.dataset.ready = performance.now().toFixed(0);
window.explorer = { state, model, tokenizer, setText, logits: () => state.ids.map((_, t) => Array.from(model.logits(t))) };
