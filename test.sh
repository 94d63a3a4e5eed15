#!/usr/bin/env bash
# Formatting, build, every test. Closes with "N passed, N failed, N skipped"; fails on a failure and when nothing ran.
#   ./test.sh            everything
#   ./test.sh Inbox      the tests whose full name (namespace, class, method) contains "Inbox"
#   ./test.sh long       the faults alone, twenty rounds each instead of two
# WHATSAI_SEED plays a fault test's rounds again as they were: each prints its seed.
set -euo pipefail
cd "$(dirname "$0")"
. build/prerequisites.sh
missing=()
has_postgres || missing+=(postgresql)
has_chromium || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"

failed() {
  echo "$1" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

dotnet tool restore >/dev/null || failed "The tools of .config/dotnet-tools.json could not be restored."
dotnet csharpier check . || failed "Not formatted: run \"dotnet csharpier format .\"."
dotnet build WhatsAI.Console.sln -c Release -v q --nologo -warnaserror || failed "The build failed."

results=$(mktemp)
trap 'rm -f "$results"' EXIT
filter=()
limit=2400s
if [ "${1:-}" = long ]; then
  export WHATSAI_ROUNDS="${WHATSAI_ROUNDS:-20}"
  filter=(-namespace WhatsAI.Tests.Crash)
  limit=120m
elif [ $# -gt 0 ]; then
  filter=(-method "*$1*")
fi
code=0
# Three at a time on any machine: one of them mostly waits. Four are no sooner done on two cores, and make each other late.
timeout --kill-after=30 "$limit" WhatsAI.Tests/bin/Release/net10.0/WhatsAI.Tests -noColor -noLogo -maxThreads 3 -xml "$results" "${filter[@]}" || code=$?

assembly=$(grep -o -m1 '<assembly [^>]*>' "$results" || true)
[ -n "$assembly" ] || failed "The test run ended without results (exit code $code)."
count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$assembly"; }
passed=$(count passed)
failed=$(($(count failed) + $(count errors)))
skipped=$(count skipped)
[ "$passed" -gt 0 ] || { echo "No test passed." >&2; code=1; }
[ "$failed" -eq 0 ] || code=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
