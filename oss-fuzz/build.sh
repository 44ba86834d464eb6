#!/bin/bash -eu
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite ask for it, with their compilers and flags. In $OUT are then, for
# each target that lockstep_fuzzer --list names: NAME, NAME_seed_corpus.zip and NAME.options.
set -o pipefail
export ASAN_OPTIONS=detect_leaks=0 # leaks of what runs while building: a builder may forbid looking for them

source=$SRC/iov-lockstep
build=$WORK/iov-lockstep
rm -rf "$build"

# No build type: all flags are those of CFLAGS and CXXFLAGS, which CMake takes from the environment, as it takes CC and CXX.
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE= -DIOV_LOCKSTEP_FUZZ=ON -DIOV_LOCKSTEP_SUITE=OFF \
  -DIOV_LOCKSTEP_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$build" --target fuzzers tester seeds

# In a subshell: lib.sh changes the folder and the environment.
(. "$source/ci/lib.sh" && fuzz_targets "$build") | while read -r name max_len seeds; do
  cp "$build/$name" "$OUT/"
  printf '[libfuzzer]\nmax_len = %d\nlen_control = 0\n' "$max_len" >"$OUT/$name.options"
  rm -f "$OUT/${name}_seed_corpus.zip"
  zip -q -j -r "$OUT/${name}_seed_corpus.zip" "$seeds"
done
