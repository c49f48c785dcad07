#!/bin/bash
# Kills training at random moments, also while it saves: bash check_kills.sh TRAIN GENERATE [KILLS]
#
# After each kill the newest complete checkpoint must load and the run must go on from it; in the end
# parameters, averages, the best model and the metrics must be those of a run that nobody has killed.
set -euo pipefail
train=$(realpath "$1") generate=$(realpath "$2") kills=${3:-50}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fail() { printf 'failed: %s\n' "$*" >&2; exit 1; }

printf 'Every effort moves you one step further. %.0s' {1..200} > text.txt
options=(--corpus text.txt --tokenizer character --width 64 --layers 2 --heads 2 --context 16
  --steps 400 --dropout 0.1 --validation 0.2 --evaluate-every 3 --save-every 1 --sample-every 0
  --quiet)
state=training_state.safetensors

# The tensors of a state; its header says when it was made, too.
tensors() {
  local length
  length=$(od -An -t u8 -N 8 "$1/$state" | tr -d ' ')
  tail -c "+$((9 + length))" "$1/$state"
}
metrics() { sed -E 's/,"(tokens_per_second|elapsed_seconds)":[^,}]*//g' "$1/metrics.jsonl"; }

# How to go on with the run, or to begin it.
arguments() {
  if [ -f "killed/$state" ]; then echo --resume killed --quiet; else echo "${options[@]}" --output killed; fi
}
compare() {
  cmp <(tensors whole) <(tensors killed) || fail "the tensors differ"
  cmp <(metrics whole) <(metrics killed) || fail "the metrics differ"
  for file in model.safetensors best/model.safetensors config.json tokenizer.json; do
    cmp "whole/$file" "killed/$file" || fail "$file differs"
  done
}

begin=$(date +%s%N)
"$train" "${options[@]}" --output whole > output.txt
whole=$((($(date +%s%N) - begin) / 1000000))

# Each kill hits a process that has lived for up to a fifth of the whole time.
saved=0
ends=1
for ((kill = 1; kill <= kills; kill++)); do
  "$train" $(arguments) > output.txt & process=$!
  sleep "$(printf '0.%03d' $((RANDOM % (whole / 5 > 999 ? 999 : whole / 5 + 1))))"
  if ! kill -9 $process 2> output.txt; then
    # It had come to its end before: a new one begins.
    compare
    rm -rf killed
    ends=$((ends + 1))
    continue
  fi
  wait $process 2> output.txt || true
  if [ -f "killed/$state" ]; then
    saved=$((saved + 1))
    if [ -f killed/config.json ]; then
      "$generate" Every --checkpoint killed --tokens 2 --quiet > output.txt \
        || fail "the checkpoint does not load after kill $kill"
    fi
    # On a copy, so that the run itself is killed further on.
    rm -rf copy && cp -r killed copy
    "$train" --resume copy --stop-after 1 --quiet > output.txt \
      || fail "the run does not go on after kill $kill"
    "$generate" Every --checkpoint copy --tokens 2 --quiet > output.txt \
      || fail "the checkpoint does not load after kill $kill and going on"
  fi
done
"$train" $(arguments) > output.txt || fail "the run does not end"
compare
echo "$kills kills, $saved of them behind the first checkpoint, $ends runs; the same bits as without"
