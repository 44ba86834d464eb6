# SPDX-License-Identifier: Apache-2.0
# Builds the adapter beside this with the installed harness, which has no sanitizer: cmake -D... -P test.cmake
# Its fuzzer, or without clang its tester under AddressSanitizer, is to see the byte that the adapter reads too many, and
# the fuzzer what differs. With -DAFL=yes AFL++ is to find that by itself, too.
cmake_minimum_required(VERSION 3.25)

function(run code)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(output "${output}" PARENT_SCOPE)
  if(NOT result MATCHES "^(${code})$")
    message(FATAL_ERROR "${ARGN}\nended with ${result}:\n${output}")
  endif()
endfunction()

set(build ${BUILD}/consumer/harness)
file(REMOVE_RECURSE ${build})
find_program(clang NAMES $ENV{IOV_LOCKSTEP_CLANG} clang++-14 clang++-18 clang++)
set(compiler -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=-fsanitize=address)
set(over_read ${CMAKE_CURRENT_LIST_DIR}/over_read.iov)
if(clang)
  set(compiler -DCMAKE_CXX_COMPILER=${clang})
endif()
run(0 ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${build} -G ${GENERATOR} ${compiler} -DCMAKE_PREFIX_PATH=${INSTALLED})
run(0 ${CMAKE_COMMAND} --build ${build})
# finds(WHAT COMMAND...)
function(finds what)
  run("[1-9][0-9]*" ${ARGN})
  if(NOT output MATCHES "${what}")
    message(FATAL_ERROR "${ARGN}\ndoes not find this: ${what}\n${output}")
  endif()
endfunction()
set(tester ${build}/wrong_tester)
set(poisoned "ERROR: AddressSanitizer: use-after-poison")
if(clang)
  # Without a sanitizer nothing that is compared is wrong.
  run(0 ${tester} replay ${over_read})
  file(MAKE_DIRECTORY ${build}/inputs)
  run(0 ${tester} replay --encode ${build}/inputs ${over_read} ${CMAKE_CURRENT_LIST_DIR}/fill.iov)
  finds("${poisoned}" ${build}/wrong_fuzzer ${build}/inputs/over_read)
  finds("signature: fill: value\n" ${build}/wrong_fuzzer ${build}/inputs/fill)
  finds("signature: fill: value when resegmented\n" ${build}/wrong_fuzzer --resegment ${build}/inputs/fill)
  # Interrupted once it has found something, it tells what, and takes no input for a crash.
  set(command "${build}/wrong_fuzzer --all -artifact_prefix=kept- -runs=1000000000 fill")
  run(77 sh -c "cd ${build}/inputs || exit
    ${command} 2>log &
    until grep -q 'now reduced' log
    do sleep 0.1
    done
    kill -INT $!
    wait $!
    code=$?
    cat log
    exit $code")
  file(GLOB crashes ${build}/inputs/kept-crash-*)
  if(crashes OR NOT output MATCHES "wrong_fuzzer: found: fill: value, in [0-9]+ programs: kept-fill-value-")
    message(FATAL_ERROR "interrupted with --all, wrong_fuzzer does not tell what it has found:\n${output}")
  endif()
else()
  finds("${poisoned}" ${tester} replay ${over_read})
endif()

if(AFL)
  # As docs/engines.md has it.
  set(flags "-O1 -g -fsanitize=address")
  run(0 ${CMAKE_COMMAND} -E env CC=afl-clang-fast CXX=afl-clang-fast++ CFLAGS=${flags} CXXFLAGS=${flags}
    LIB_FUZZING_ENGINE=-fsanitize=fuzzer ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${build}/afl -G ${GENERATOR}
    -DCMAKE_PREFIX_PATH=${INSTALLED})
  run(0 ${CMAKE_COMMAND} --build ${build}/afl)
  file(GLOB_RECURSE mutator ${INSTALLED}/lib/lockstep_afl_mutator.so)
  run(0 ${CMAKE_COMMAND} -E env AFL_CUSTOM_MUTATOR_LIBRARY=${mutator} AFL_CUSTOM_MUTATOR_ONLY=1 AFL_BENCH_UNTIL_CRASH=1
    AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
    ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0
    afl-fuzz -i ${build}/afl/seeds/v1 -o ${build}/afl/corpus -G 3076 -t 10000 -E 20000 -- ${build}/afl/wrong_fuzzer)
  file(GLOB crashes ${build}/afl/corpus/default/crashes/id:*)
  if(NOT crashes)
    message(FATAL_ERROR "AFL++ has found nothing:\n${output}")
  endif()
  # Its own main aborts where libFuzzer's ends with a number.
  list(GET crashes 0 crash)
  finds("ERROR: AddressSanitizer: |signature: " sh -c "${build}/afl/wrong_fuzzer '${crash}' || exit 1")
endif()
