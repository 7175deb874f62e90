#!/usr/bin/env bash
# Web and worker together: Ctrl-C, or the end of either, ends both.
# Each runs in a session of its own, so that Ctrl-C reaches this script alone and both are ended in one way.
set -uo pipefail
cd "$(dirname "$0")/.."
address="http://${HOST/#127.0.0.1/localhost}:$PORT" # passkeys want a name, not a number

setsid .venv/bin/granian --interface wsgi --host "$HOST" --port "$PORT" --workers 2 --blocking-threads 4 \
	--workers-kill-timeout 5 --respawn-failed-workers --respawn-interval 1 --log-level warning derbes.wsgi:application &
web=$!
setsid .venv/bin/python manage.py worker &
worker=$!

finish() {
	trap - EXIT
	trap '' INT TERM
	kill -TERM "$web" "$worker" 2>/dev/null
	wait
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
code=$?
echo "The web server or the worker has ended; its last words are above." >&2
finish "$code"
