# Sourced by the other scripts, never run. It leaves the shell in the repository's root, with .venv/bin first in PATH.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD
export PATH="$top/.venv/bin:$PATH"
# One clock for a script and the scripts that it calls.
export SENTINEL_STARTED_S="${SENTINEL_STARTED_S:-$(printf '%(%s)T' -1)}"
# Room for the four builds; where the cache lies stays ccache's own choice.
export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-5G}"

elapsed_s() { echo $(($(printf '%(%s)T' -1) - SENTINEL_STARTED_S)); }
say() { printf '[%4d s] %s\n' "$(elapsed_s)" "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The comment at the head of the calling script is its manual.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# logged NAME COMMAND...: the output goes to .cache/setup/NAME.log; every 10 s its last line says how far the command is;
# if it fails, the log's end says why.
logged() {
  local name=$1 log=.cache/setup/$1.log pid since=0
  shift
  mkdir -p .cache/setup
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    since=$((since + 1))
    if ((since % 50 == 0)); then say "  $name: $(tail -n 1 "$log" | cut -c 1-100)"; fi
  done
  wait "$pid" || { tail -n 20 "$log" >&2; die "$name failed; all of its output: $log"; }
}

# configure PRESET: only when it is new or its presets changed; ninja itself runs CMake again when a CMake file changed.
configure() {
  local stamp=build/$1/.configured
  if [ ! -e "$stamp" ] || [ CMakePresets.json -nt "$stamp" ]; then
    cmake --preset "$1" && touch "$stamp"
  fi
}
