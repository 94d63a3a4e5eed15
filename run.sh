#!/usr/bin/env bash
# Builds the console and runs it in the foreground; Ctrl+C stops it, its database with it.
#   ASPNETCORE_URLS         where it listens   (http://127.0.0.1:5080)
#   ASPNETCORE_ENVIRONMENT  Development brings a demo company; Production starts empty, with a set-up page
set -euo pipefail
cd "$(dirname "$0")"
. build/prerequisites.sh
# With a server of one's own, none is needed here.
[ -n "${ConnectionStrings__Console:-}" ] || has_postgres || install_packages postgresql

export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"
export ASPNETCORE_URLS="${ASPNETCORE_URLS:-http://127.0.0.1:5080}"
address="${ASPNETCORE_URLS%%;*}"
host="${address#*://}"
host="${host%%/*}"
port="${host##*:}"
host="${host%:*}"
case "$host" in 0.0.0.0 | '*' | '+' | '[::]') host=127.0.0.1 ;; esac

# The demo's numbers are in the sandbox inside this very console.
if [ "$ASPNETCORE_ENVIRONMENT" = Development ] && [ "$port" != 5080 ]; then
  export Sandbox__BaseAddress="${Sandbox__BaseAddress:-http://127.0.0.1:$port/sandbox}"
  export GatewayServers__Shared__0__Address="${GatewayServers__Shared__0__Address:-http://127.0.0.1:$port/sandbox}"
  export Console__PublicAddress="${Console__PublicAddress:-http://127.0.0.1:$port}"
fi

echo "Building ..."
dotnet build WhatsAI.Web -c Release -v q --nologo

# Does GET /health/ready answer 200? Without curl, which a bare machine lacks.
ready() {
  local status
  { exec 3<>"/dev/tcp/$host/$port"; } 2>/dev/null || return 1
  printf 'GET /health/ready HTTP/1.0\r\nHost: %s:%s\r\n\r\n' "$host" "$port" >&3
  read -r -t 5 status <&3 || status=""
  exec 3>&-
  [[ "$status" == *" 200 "* ]]
}

dotnet WhatsAI.Web/bin/Release/net10.0/WhatsAI.Web.dll "$@" &
app=$!
# A background process of a script ignores Ctrl+C, so the console is told to stop by the signal that means it.
trap 'kill -TERM "$app" 2>/dev/null || true' INT TERM HUP

while kill -0 "$app" 2>/dev/null; do
  if ready; then
    echo
    echo "WhatsAI Console: http://$host:$port"
    if [ "$ASPNETCORE_ENVIRONMENT" = Development ] && [ -f data/demo-sign-in.txt ]; then
      echo "Sign in with (also in data/demo-sign-in.txt):"
      sed 's/^/  /' data/demo-sign-in.txt
    else
      echo "Open it to sign in, or, the first time, to set up your company."
    fi
    echo "Ctrl+C stops it."
    echo
    break
  fi
  sleep 0.5 &
  wait $! || true
done

code=0
while kill -0 "$app" 2>/dev/null; do
  wait "$app" && code=0 || code=$?   # a trapped signal ends the wait, not the console
done
wait "$app" 2>/dev/null && code=0 || code=$?
exit "$code"
