# Sourced by run.sh and test.sh: what a bare Debian or Ubuntu lacks, installed once.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
  exit 1
fi

has_postgres() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; }
has_chromium() { [ -x /usr/bin/chromium ]; }

# install_packages PACKAGE...: with apt-get, as root or through sudo
install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "Please install: $* (there is no apt-get here to do it)" >&2
    exit 1
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Please run as root: apt-get install $*" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "Installing $* ..."
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
