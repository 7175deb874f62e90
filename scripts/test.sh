#!/usr/bin/env bash
# The whole suite on PostgreSQL, then the whole suite with a browser on SQLite. Arguments go to pytest.
# pytest's closing line stands last; when PostgreSQL's run has failed, its closing line is repeated there.
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/system.sh test
log=$(mktemp)
trap 'rm -f "$log"' EXIT

echo "On PostgreSQL"
scripts/apart.sh scripts/postgres.sh .venv/bin/python -m pytest -n 2 -m "not browser" "$@" | tee "$log"
postgresql=${PIPESTATUS[0]}

if [ "$postgresql" = 69 ]; then
	echo "SKIPPED: the suite on PostgreSQL, there is none on this machine"
	postgresql=0
fi

echo "On SQLite, with a browser"
env -u DERBES_DATABASE scripts/apart.sh .venv/bin/python -m pytest -n 2 "$@"
sqlite=$?

if [ "$postgresql" != 0 ]; then
	echo "On PostgreSQL it failed:"
	grep -E ' in [0-9.]+s' "$log" | tail -n 1
	exit "$postgresql"
fi
exit "$sqlite"
