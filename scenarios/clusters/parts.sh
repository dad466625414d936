#!/usr/bin/env bash
# One trial or study in parts, without a scheduler: on this machine, or on several that share a folder. Call it again after a
# stop or a failure: parts that are whole end at once, others go on.
#   bash parts.sh SCENARIO.toml RESULTS.h5 PARTS [options of `vtrial run`]
#   AT_ONCE=2 bash parts.sh …            two parts at a time on a machine (default 1: a part takes all cores)
#   HOSTS=node1,node2 bash parts.sh …    on machines that ssh reaches without a password; needs GNU parallel
set -euo pipefail
usage="usage: bash parts.sh SCENARIO.toml RESULTS.h5 PARTS [options of vtrial run]"
vtrial=$(command -v "${VTRIAL:-vtrial}")
scenario=$(realpath "${1:?$usage}") results=$(realpath "${2:?$usage}") parts=${3:?$usage}
shift 3
at_once=${AT_ONCE:-1}

# What one machine runs for part {}; the shares of its cores are counted there.
part="$(printf '%q ' "$vtrial" run "$scenario" -o "$results" --resume --quiet "$@") \
--threads \$(((\$(nproc) + $at_once - 1) / $at_once)) --part {}/$parts"
status=0
if [[ -n ${HOSTS:-} ]]; then
  seq "$parts" | parallel --sshlogin "$HOSTS" --jobs "$at_once" --workdir "$PWD" "$part" || status=$?
else
  seq "$parts" | xargs -P "$at_once" -I{} bash -c "$part" || status=$?
fi
if ((status)); then
  echo "parts.sh: not all parts are whole; the same command goes on" >&2
  exit 1
fi
"$vtrial" join "$results.parts" -o "$results" --report
