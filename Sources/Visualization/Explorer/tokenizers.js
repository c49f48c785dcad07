// Text to token ids and back, by the rules of the package's tokenizers.
"use strict";

// Each tokenizer has `tokens` (for byte-level ones a character is a byte), `encode(text)`, which gives
// `{ids, unknown}`, `join(id, previous)`, the characters that a token adds to a text, and `decode(ids)`.

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

// Bytes, joined by the merges of byte-pair encoding where there are any (Sennrich et al. 2016).
class ByteLevelTokenizer extends VocabularyTokenizer {
  constructor(data) {
    super(data);
    this.merges = new Map(data.merges.map(([a, b, merged], rank) => [`${a} ${b}`, { rank, merged }]));
  }

  encode(text) {
    const space = "\\p{White_Space}", other = `[^${space}\\p{L}\\p{N}]`;
    const word = new RegExp(
      `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?${other}+|${space}+(?!\\P{White_Space})|${space}+`, "gu");
    const pieces = this.merges.size ? text.match(word) || [] : [text];
    return { ids: pieces.flatMap((piece) => this.encodeWord(piece)), unknown: [] };
  }

  encodeWord(word) {
    const bytes = new TextEncoder().encode(word);
    const ids = Array.from(bytes, (byte) => this.ids.get(String.fromCharCode(byte)));
    for (;;) {
      let best = null;
      for (let i = 0; i + 1 < ids.length; i++) {
        const merge = this.merges.get(`${ids[i]} ${ids[i + 1]}`);
        if (merge && (!best || merge.rank < best.rank)) best = { ...merge, at: i };
      }
      if (!best) return ids;
      ids.splice(best.at, 2, best.merged);
    }
  }

  decode(ids) { return utf8(ids.map((id) => this.tokens[id]).join("")); }

  label(id) {
    const text = utf8(this.tokens[id]);
    if (!text.includes("\uFFFD")) return visible(text);
    return [...this.tokens[id]].map((byte) => "‹" + byte.charCodeAt(0).toString(16) + "›").join("");
  }
}

function utf8(bytes) {
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

// A token as a label: spaces and line ends can be seen.
function visible(token) {
  return token.replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥").replace(/\r/g, "␍");
}
