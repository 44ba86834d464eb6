# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts of this folder; source it, it runs nothing.
# It changes to the top of the project, so that every path in a script counts from there.
# Exit codes of all scripts: 0 nothing found, 2 found, 1 could not run.
# shellcheck shell=bash

set -u
export LC_ALL=C
unset LIB_FUZZING_ENGINE # our own builds choose their engine
# Reports end a process with a code that no other ending has, and say where they come from.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}halt_on_error=1:print_stacktrace=1:exitcode=99"

called_from=$PWD
script=ci/$(basename "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
project=$PWD
mkdir -p build/log || exit 1

trap 'printf "\n%s: interrupted\n" "$script"; exit 1' INT TERM

# fail WORDS...: says that the script could not run, and ends it.
fail() {
  printf '%s: %s\n' "$script" "$*" >&2
  exit 1
}

# refuse WORDS...: ends the script over an option that makes no sense. How to use it is what the script begins with.
refuse() {
  printf '%s: %s\n%s; %s --help tells more\n' "$script" "$*" "$(show_help "$script" | sed -n '1s/^\([^:]*\):.*/usage: \1/p')" "$script" >&2
  exit 1
}

# The options of the script, as keys, each with what its value is: nothing for one that takes none.
declare -A options=()

# take_options WORD...: puts the value into the variable of each option's name, or yes; of a script that has no other arguments.
take_options() {
  while (($# > 0)); do
    if [[ $1 == --help || $1 == -h ]]; then show_help "$script"; exit 0; fi
    [[ -n $1 && -n ${options[$1]+known} ]] || refuse "no option $1"
    if [[ -z ${options[$1]} ]]; then
      printf -v "${1#--}" yes
    else
      [[ -n ${2-} ]] || refuse "$1 takes a ${options[$1]}"
      printf -v "${1#--}" '%s' "$2"
      shift
    fi
    shift
  done
}

# path_of PATH: as the caller means it.
path_of() { if [[ $1 == /* ]]; then echo "$1"; else echo "$called_from/$1"; fi; }

# name_suite FILE NAME: names the suite in a report of ctest's, which calls every one "(empty)".
name_suite() { sed -i "s/^<testsuite name=\"(empty)\"/<testsuite name=\"$2\"/" "$1"; }

# show_help FILE: prints the comment that the script opens with, without its licence.
show_help() { sed -n '2,/^[^#]/{/^# SPDX-/d;s/^# \{0,1\}//p}' "$1"; }

# stage NAME COMMAND...: runs COMMAND with its output in build/log/NAME.log and prints one line with the time it took. If
# it fails, prints the end of the log and ends the script.
stage() {
  local name=$1 began log
  shift
  log=build/log/${name// /-}.log
  began=$SECONDS
  printf '%-24s' "$name"
  # In a subshell, so that what this shell says on Ctrl-C does not end up in the log.
  if ("$@") >"$log" 2>&1; then
    printf '%4d s\n' $((SECONDS - began))
  else
    fail_after "$began" "$log" "could not $name"
  fi
}

# fail_after SECONDS LOG WORDS...: ends the line of a stage that began then, shows the end of its log, and ends the script.
fail_after() {
  printf 'failed after %d s. The end of %s:\n' $((SECONDS - $1)) "$2"
  tail -n 40 "$2"
  fail "${*:3}; all of its output is in $project/$2"
}

# pick COMMAND...: prints the first of these commands that there is.
pick() {
  local candidate
  for candidate in "$@"; do
    if command -v "$candidate"; then return 0; fi
  done
  return 1
}

# The clang++ for sanitizers and libFuzzer: the one asked for, or the first that there is.
pick_clang() { pick ${IOV_LOCKSTEP_CLANG:+"$IOV_LOCKSTEP_CLANG"} clang++-14 clang++-18 clang++; }

# pick_clang_tool NAME: clang-format or clang-tidy. The versions are those that ci/setup installs.
pick_clang_tool() { pick "$1-14" "$1-18" "$1"; }

# configure PRESET [OPTION...]: on the command line, the compiler overrides the one that the preset names. Presets that name
# none take the default compiler, so that the project is compiled by both.
configure() {
  local clang
  case $1 in
    sanitized | fuzz | coverage | threads | lint)
      clang=$(pick_clang) || { echo "no clang++ found"; return 1; }
      cmake --preset "$1" -DCMAKE_CXX_COMPILER="$clang" "${@:2}"
      ;;
    *) cmake --preset "$@" ;;
  esac
}

# build PRESET [TARGET...]: configures and builds, as one stage, which the first target names, too.
build() { stage "build $1${2:+ $2}" configure_and_build "$@"; }
configure_and_build() { configure "$1" && cmake --build --preset "$1" --parallel "$(nproc)" ${2:+--target "${@:2}"}; }

# run_python MODULE [ARGUMENT...]: hands over to a program of this folder, where the caller stands.
run_python() {
  command -v python3 >/dev/null || ci/setup || exit 1 # a fresh machine has none
  # An older one would end with 2, which means: found.
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "needs Python 3.11 or later, not $(python3 -V)"
  cd "$called_from" && PYTHONPATH=$project/ci exec python3 -BPm "$@"
}

# fuzz_targets BUILD: what its lockstep_fuzzer tells of the fuzz targets, a line each: the name, the longest input in bytes
# and the folder of the seeds.
fuzz_targets() {
  "$1/lockstep_fuzzer" --list | python3 -c '
import json, sys
told = json.load(sys.stdin)
for target in told["targets"]:
    print(target["name"], target["max_len"], sys.argv[1] + "/seeds/" + told["corpus_version"])' "$1"
}

# measured_on: the day, the processor, the system and both compilers. Not everywhere is all of it told.
measured_on() {
  local model system
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"$/\1/p' /etc/os-release 2>/dev/null)
  printf '%s, %s, %d cores, %s, %s, %s' "$(date -u +%F)" "${model:-$(uname -m)}" "$(nproc)" "$system" \
    "$(c++ --version | head -n 1)" "$("$(pick_clang)" --version | head -n 1)"
}
