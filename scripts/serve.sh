#!/usr/bin/env bash
# Web and worker together: Ctrl-C, or the end of either, ends both.
set -uo pipefail
cd "$(dirname "$0")/.."
address="http://$HOST:$PORT"

.venv/bin/granian --interface wsgi --host "$HOST" --port "$PORT" --workers 2 --log-level warning \
	derbes.wsgi:application &
web=$!
.venv/bin/python manage.py worker &
worker=$!

finish() {
	trap - EXIT INT TERM
	kill -TERM "$web" "$worker" 2>/dev/null
	wait "$web" "$worker" 2>/dev/null
	exit "$1"
}
trap 'finish 0' INT TERM
trap 'finish $?' EXIT

cat <<END

  The public pages    $address/
  The cabinet         $address/cabinet/
  The office          $address/office/

  Ctrl-C ends it.
END
wait -n
END_CODE=$?
echo "The web server or the worker has ended; see above." >&2
finish $END_CODE
