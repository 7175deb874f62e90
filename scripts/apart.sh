#!/usr/bin/env bash
# apart.sh COMMAND… : run COMMAND with a state folder of its own, thrown away afterwards. Nothing of it touches var/.
set -uo pipefail
DERBES_STATE=$(mktemp -d "${TMPDIR:-/tmp}/derbes-state.XXXXXX")
export DERBES_STATE
trap 'rm -rf "$DERBES_STATE"' EXIT
"$@"
