// The model's forward pass, as Sources/Transformer/GPT.swift has it, keeping every value that the page
// shows. Matrices are row after row in Float32Arrays; weights are [inputs, outputs].
"use strict";

const allOn = { mask: true, scaling: true, positions: true, headsOff: new Set() };

class Model {
  // `weights` holds all parameters one after the other; `tensors` says under which name and where.
  constructor(config, tensors, weights) {
    this.config = config;
    this.parameters = {};
    for (const { name, offset, count } of tensors)
      this.parameters[name] = weights.subarray(offset, offset + count);
    this.capacity = 0;
    this.ids = [];
    this.switches = null;
  }

  get headSize() { return this.config.width / this.config.heads; }
  get head() { return this.parameters["head.weight"] || this.parameters["tokens.weight"]; }

  // Computes everything for `ids`. Rows before the first token that changed stay as they are, since a
  // causal model never looks ahead.
  run(ids, switches) {
    const { width, heads, hidden, layers } = this.config;
    const key = JSON.stringify([switches.mask, switches.scaling, switches.positions, [...switches.headsOff].sort()]);
    let start = 0;
    if (ids.length > this.capacity) this.reserve(ids.length);
    else if (key === this.switches && switches.mask)
      while (start < ids.length && ids[start] === this.ids[start]) start++;
    this.switches = key;
    this.ids = [...ids];

    const end = ids.length;
    this.embed(ids, start, end, switches);
    for (let l = 0; l < layers; l++) {
      const name = `blocks.${l}.`, layer = this.layers[l];
      const x = this.streams[l], y = this.streams[l + 1];
      this.norm(name + "norm1", x, layer.norm1, start, end);
      for (const part of ["query", "key", "value"])
        this.linear(name + "attention." + part, layer.norm1, layer[part], width, width, start, end);
      if (this.config.positions === "rotary" && switches.positions) {
        this.rotate(layer.query, start, end);
        this.rotate(layer.key, start, end);
      }
      for (let h = 0; h < heads; h++) this.attend(layer, h, start, end, switches, switches.headsOff.has(`${l}.${h}`));
      this.linear(name + "attention.output", layer.gathered, layer.branch, width, width, start, end);
      for (let i = start * width; i < end * width; i++) layer.middle[i] = x[i] + layer.branch[i];
      this.norm(name + "norm2", layer.middle, layer.norm2, start, end);
      this.linear(name + "feedForward.expand", layer.norm2, layer.hidden, width, hidden, start, end);
      this.activate(layer.hidden, start * hidden, end * hidden);
      this.linear(name + "feedForward.project", layer.hidden, layer.branch, hidden, width, start, end);
      for (let i = start * width; i < end * width; i++) y[i] = layer.middle[i] + layer.branch[i];
    }
  }

  // Room for `count` tokens, and some more.
  reserve(count) {
    const { width, heads, hidden, layers, context } = this.config;
    this.capacity = Math.min(context, Math.max(16, 2 ** Math.ceil(Math.log2(count))));
    const rows = (columns) => new Float32Array(this.capacity * columns);
    this.tokenVectors = rows(width);
    this.streams = Array.from({ length: layers + 1 }, () => rows(width));
    this.layers = Array.from({ length: layers }, () => ({
      norm1: rows(width), query: rows(width), key: rows(width), value: rows(width), gathered: rows(width),
      branch: rows(width), middle: rows(width), norm2: rows(width), hidden: rows(hidden),
      weights: Array.from({ length: heads }, () => rows(this.capacity)),
    }));
    this.ids = [];
  }

  embed(ids, start, end, switches) {
    const { width, positions } = this.config;
    const table = this.parameters["tokens.weight"], learned = this.parameters["positions.weight"];
    const scale = positions === "sinusoidal" ? Math.sqrt(width) : 1;
    for (let t = start; t < end; t++)
      for (let c = 0; c < width; c++) {
        const vector = table[ids[t] * width + c] * scale;
        let place = 0;
        if (switches.positions && positions === "learned") place = learned[t * width + c];
        if (switches.positions && positions === "sinusoidal") {
          const angle = t / 10000 ** ((c - (c % 2)) / width);
          place = c % 2 ? Math.cos(angle) : Math.sin(angle);
        }
        this.tokenVectors[t * width + c] = vector;
        this.streams[0][t * width + c] = vector + place;
      }
  }

  norm(name, x, y, start, end) {
    const { width, epsilon } = this.config;
    const gain = this.parameters[name + ".weight"], shift = this.parameters[name + ".bias"];
    for (let t = start; t < end; t++) {
      const row = t * width;
      let mean = 0, variance = 0;
      for (let c = 0; c < width; c++) mean += x[row + c];
      mean /= width;
      for (let c = 0; c < width; c++) variance += (x[row + c] - mean) ** 2;
      const factor = 1 / Math.sqrt(variance / width + epsilon);
      for (let c = 0; c < width; c++) y[row + c] = (x[row + c] - mean) * factor * gain[c] + shift[c];
    }
  }

  // y = x W + b, four rows of W at a time.
  linear(name, x, y, inputs, outputs, start, end) {
    const w = this.parameters[name + ".weight"], b = this.parameters[name + ".bias"];
    const sums = new Float64Array(outputs);
    for (let t = start; t < end; t++) {
      if (b) sums.set(b); else sums.fill(0);
      let i = 0;
      for (; i + 3 < inputs; i += 4) {
        const at = t * inputs + i, w0 = i * outputs, w1 = w0 + outputs, w2 = w1 + outputs, w3 = w2 + outputs;
        const x0 = x[at], x1 = x[at + 1], x2 = x[at + 2], x3 = x[at + 3];
        for (let o = 0; o < outputs; o++)
          sums[o] += x0 * w[w0 + o] + x1 * w[w1 + o] + x2 * w[w2 + o] + x3 * w[w3 + o];
      }
      for (; i < inputs; i++)
        for (let o = 0; o < outputs; o++) sums[o] += x[t * inputs + i] * w[i * outputs + o];
      y.set(sums, t * outputs);
    }
  }

  activate(x, start, end) {
    const f = { gelu, geluExact, relu: (v) => Math.max(0, v) }[this.config.activation];
    for (let i = start; i < end; i++) x[i] = f(x[i]);
  }

  // Rotary positions (Su et al. 2021), halves of a head paired, base 10,000.
  rotate(x, start, end) {
    const { width, heads } = this.config, size = this.headSize, half = size / 2;
    for (let t = start; t < end; t++)
      for (let h = 0; h < heads; h++)
        for (let d = 0; d < half; d++) {
          const angle = t / 10000 ** ((2 * d) / size), at = t * width + h * size + d;
          const [a, b, cos, sin] = [x[at], x[at + half], Math.cos(angle), Math.sin(angle)];
          x[at] = a * cos - b * sin;
          x[at + half] = b * cos + a * sin;
        }
  }

  // One head: weights = softmax(Q Kᵀ / √D), gathered = weights V; nothing where the head is off.
  attend(layer, h, start, end, switches, isOff) {
    const { width } = this.config, size = this.headSize, offset = h * size;
    const { query, key, value, gathered } = layer, weights = layer.weights[h];
    for (let i = start; i < end; i++) {
      const row = i * this.capacity, seen = switches.mask ? i + 1 : end;
      let largest = -Infinity, total = 0;
      for (let j = 0; j < seen; j++) {
        let score = 0;
        for (let d = 0; d < size; d++) score += query[i * width + offset + d] * key[j * width + offset + d];
        if (switches.scaling) score /= Math.sqrt(size);
        weights[row + j] = score;
        if (score > largest) largest = score;
      }
      for (let j = 0; j < seen; j++) total += weights[row + j] = Math.exp(weights[row + j] - largest);
      for (let j = 0; j < end; j++) weights[row + j] = j < seen ? weights[row + j] / total : 0;
      const out = gathered.subarray(i * width + offset, i * width + offset + size).fill(0);
      if (isOff) continue;
      for (let j = 0; j < seen; j++) {
        const weight = weights[row + j], at = j * width + offset;
        for (let d = 0; d < size; d++) out[d] += weight * value[at + d];
      }
    }
  }

  // The attention of a head in one of its stages, rows of keys: "scores" (Q Kᵀ), "scaled" (÷ √D),
  // "masked" (null where nothing is seen) or "weights".
  attention(l, h, stage, switches) {
    const { width } = this.config, size = this.headSize, n = this.ids.length;
    const { query, key, weights } = this.layers[l];
    const scale = switches.scaling && stage !== "scores" ? 1 / Math.sqrt(size) : 1;
    return this.ids.map((_, i) => this.ids.map((_, j) => {
      const isHidden = switches.mask && j > i;
      if (stage === "weights") return isHidden ? null : weights[h][i * this.capacity + j];
      if (stage === "masked" && isHidden) return null;
      let score = 0;
      for (let d = 0; d < size; d++) score += query[i * width + h * size + d] * key[j * width + h * size + d];
      return score * scale;
    }));
  }

  // Row `t` of a matrix of `columns` columns.
  row(matrix, t, columns = this.config.width) { return matrix.subarray(t * columns, (t + 1) * columns); }

  // The logits that a stage of the residual stream would give for token `t`: the last norm and the head
  // applied to it (the logit lens). The last stage gives the model's own.
  logits(t, stage = this.config.layers) {
    const { width, vocabulary } = this.config;
    const x = this.row(this.streams[stage], t), y = new Float32Array(width);
    this.norm("norm", x, y, 0, 1);
    const logits = new Float32Array(vocabulary), head = this.head;
    for (let v = 0; v < vocabulary; v++) {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += y[c] * head[v * width + c];
      logits[v] = sum;
    }
    return logits;
  }
}

function gelu(x) { return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))); }

// x Φ(x); erf by Abramowitz and Stegun 7.1.26, error below 1.5e-7.
function geluExact(x) {
  const z = Math.abs(x) / Math.SQRT2, t = 1 / (1 + 0.3275911 * z);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = Math.sign(x) * (1 - series * Math.exp(-z * z));
  return 0.5 * x * (1 + erf);
}

// The tokens by falling probability at a temperature (0: only the likeliest), with those cut away by
// top-k and top-p marked and the others' probabilities summing to 1.
function candidates(logits, { temperature, topK, topP }) {
  const order = Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
  const divisor = temperature > 0 ? temperature : 1;
  const powers = order.map((id) => Math.exp((logits[id] - logits[order[0]]) / divisor));
  const total = powers.reduce((sum, power) => sum + power, 0);
  let before = 0, keptTotal = 0;
  const list = order.map((id, rank) => {
    const raw = powers[rank] / total;
    const kept = rank === 0 || (temperature > 0 && rank < topK && before < topP);
    before += raw;
    if (kept) keptTotal += raw;
    return { id, raw, kept };
  });
  for (const item of list) item.probability = item.kept ? item.raw / keptTotal : 0;
  return list;
}

function choose(list, random) {
  let left = random;
  for (const { id, probability } of list) if ((left -= probability) < 0) return id;
  return list[0].id;
}
