// Text to token ids and back, by the rules of the package's tokenizers.
"use strict";

// Each tokenizer has `tokens` (for byte-level ones a character is a byte), `encode(text)`, which gives
// `{ids, unknown}`, `decode(ids)` and `label(id)`.

function makeTokenizer(data) {
  switch (data.kind) {
    case "word": return new WordTokenizer(data);
    case "character": return new CharacterTokenizer(data);
    default: return new ByteLevelTokenizer(data);
  }
}

class VocabularyTokenizer {
  constructor(data) {
    this.tokens = data.tokens;
    this.ids = new Map(data.tokens.map((token, id) => [token, id]));
  }

  encode(text) {
    const ids = [], unknown = new Set();
    for (const piece of this.pieces(text)) {
      const id = this.ids.get(piece);
      if (id === undefined) unknown.add(piece);
      else ids.push(id);
    }
    return { ids, unknown: [...unknown] };
  }

  join(id) { return this.tokens[id]; }

  decode(ids) { return ids.map((id, i) => this.join(id, ids[i - 1])).join(""); }

  label(id) { return visible(this.tokens[id]); }
}

// Words, punctuation and line ends; decoding puts the spaces back.
class WordTokenizer extends VocabularyTokenizer {
  pieces(text) {
    const part = "[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]+", inner = "['\u2019\\-\u2010\u2011\u200C\u200D]";
    const piece = new RegExp(`${part}(?:${inner}${part})*|\\r\\n?|\\n|\\P{White_Space}\\p{M}*`, "gu");
    return (text.match(piece) || []).map((found) => (found[0] === "\r" ? "\n" : found));
  }

  join(id, previous) {
    const token = this.tokens[id];
    if (previous === undefined) return token;
    const closes = /^[\n\p{Pe}\p{Pf}.,;:!?%…、。！，．：；？]/u.test(token);
    const opens = /[\n\p{Ps}\p{Pi}]$/u.test(this.tokens[previous]);
    return (closes || opens ? "" : " ") + token;
  }
}

class CharacterTokenizer extends VocabularyTokenizer {
  pieces(text) { return [...text]; }
}

// Bytes, joined by the merges of byte-pair encoding where there are any (Sennrich et al. 2016), in the
// pieces that GPT-2 cuts; added tokens come first.
class ByteLevelTokenizer extends VocabularyTokenizer {
  constructor(data) {
    super(data);
    this.merges = new Map(data.merges.map(([a, b, merged], rank) => [this.pair(a, b), { rank, merged }]));
    const added = new Set(data.added), longestFirst = [...added].sort((a, b) => this.tokens[b].length - this.tokens[a].length);
    this.byteIds = new Map(this.tokens.map((token, id) => [token, id]).filter(([token, id]) => token.length === 1 && !added.has(id)));
    this.added = new Map(longestFirst.map((id) => [utf8(this.tokens[id]), id]));
    this.addedPattern = [...this.added.keys()].map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|");
    this.known = new Map();
  }

  pair(a, b) { return a * this.tokens.length + b; }

  encode(text) {
    const ids = [], unknown = new Set();
    const space = "\\p{White_Space}", other = `[^${space}\\p{L}\\p{N}]`;
    const word = new RegExp(
      `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?${other}+|${space}+(?!\\P{White_Space})|${space}+`, "gu");
    const encodePlain = (part) => {
      for (const piece of part.match(word) || []) ids.push(...this.encodeWord(piece, unknown));
    };
    let end = 0;
    for (const found of this.addedPattern ? text.matchAll(new RegExp(this.addedPattern, "gu")) : []) {
      encodePlain(text.slice(end, found.index));
      ids.push(this.added.get(found[0]));
      end = found.index + found[0].length;
    }
    encodePlain(text.slice(end));
    return { ids, unknown: [...unknown] };
  }

  encodeWord(word, unknown) {
    if (this.known.has(word)) return this.known.get(word);
    const ids = [], strangers = unknown.size;
    for (const byte of new TextEncoder().encode(word)) {
      const character = String.fromCharCode(byte), id = this.byteIds.get(character);
      if (id === undefined) unknown.add(readable(character)); else ids.push(id);
    }
    for (;;) {
      let best = null;
      for (let i = 0; i + 1 < ids.length; i++) {
        const merge = this.merges.get(this.pair(ids[i], ids[i + 1]));
        if (merge && (!best || merge.rank < best.rank)) best = { ...merge, at: i };
      }
      if (!best) break;
      ids.splice(best.at, 2, best.merged);
    }
    if (unknown.size === strangers) this.known.set(word, ids);
    return ids;
  }

  decode(ids) { return utf8(ids.map((id) => this.tokens[id]).join("")); }

  label(id) { return visible(readable(this.tokens[id])); }
}

// The text of bytes, each a character up to U+00FF.
function utf8(bytes, options) {
  return new TextDecoder("utf-8", { ignoreBOM: true, ...options }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

// The same for a person: bytes that are only part of a character are written as in \xE2.
function readable(bytes) {
  try {
    return utf8(bytes, { fatal: true });
  } catch {
    return bytes.replace(/[\x80-\xFF]/g, (byte) => "\\x" + byte.charCodeAt(0).toString(16).toUpperCase());
  }
}

// A token as a label, as Sources/Visualization/DisplayWidth.swift has it: spaces at its ends, line ends
// and control characters can be seen.
function visible(token) {
  return token.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length)).replace(/\n/g, "⏎").replace(/\t/g, "⇥")
    .replace(/[\0-\x1F]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0))).replace(/[\x7F-\x9F]/g, "␡");
}
