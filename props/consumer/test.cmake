# SPDX-License-Identifier: Apache-2.0
# Takes the C++ blocks of docs/library.md, and builds and runs them in a project of their own: cmake -DWAY=... -P test.cmake
# With -DINSTALLED=..., the library that is installed there.
cmake_minimum_required(VERSION 3.25)

set(folder ${BUILD}/consumer/${WAY})
file(REMOVE_RECURSE ${folder})
file(MAKE_DIRECTORY ${folder})

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(output "${output}" PARENT_SCOPE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV}\nended with ${result}:\n${output}")
  endif()
endfunction()

file(READ ${SOURCE}/docs/library.md page)
set(whole "${page}")

# says(PROGRAM): its output is in the page.
function(says program)
  run(${program})
  string(STRIP "${output}" output)
  string(FIND "${whole}" "It prints `${output}`" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${program} prints\n  ${output}\nand docs/library.md does not say so")
  endif()
endfunction()

# Its C++ blocks in turn: the example of vectors, the example of sockets.
foreach(example example sockets)
  string(FIND "${page}" "```cpp\n" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "docs/library.md has no C++ block for ${example}.cpp")
  endif()
  math(EXPR begin "${begin} + 7")
  string(SUBSTRING "${page}" ${begin} -1 rest)
  string(FIND "${rest}" "```" length)
  string(SUBSTRING "${rest}" 0 ${length} block)
  file(WRITE ${folder}/${example}.cpp "${block}")
  string(SUBSTRING "${rest}" ${length} -1 page)
endforeach()

set(arguments -S ${SOURCE}/props/consumer -B ${folder}/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
  -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_CXX_STANDARD=20 -DCMAKE_UNITY_BUILD=ON -DWAY=${WAY} -DSOURCE=${SOURCE} -DEXAMPLE=${folder}/example.cpp
  -DSOCKETS=${folder}/sockets.cpp)
set(level 6)
if(INSTALLED)
  list(APPEND arguments -DCMAKE_PREFIX_PATH=${INSTALLED})
elseif(WAY STREQUAL "find_package")
  # The library alone, from a build without the harness, and the C interface at another level than the default.
  set(level 10)
  run(${CMAKE_COMMAND} -S ${SOURCE} -B ${folder}/library -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
    -DIOV_LOCKSTEP_HARNESS=OFF -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON -DIOV_QEMU_API=${level})
  run(${CMAKE_COMMAND} --build ${folder}/library)
  run(${CMAKE_COMMAND} --install ${folder}/library --prefix ${folder}/prefix)
  file(GLOB_RECURSE installed RELATIVE ${folder}/prefix ${folder}/prefix/*)
  foreach(file ${installed})
    if(NOT file MATCHES "^(include/iov/[a-z_]+\\.h|lib[^.]*/libiov\\.a|lib.*/cmake/iov_lockstep/iov_lockstep(Config|Targets)[A-Za-z-]*\\.cmake|lib.*/pkgconfig/iov\\.pc)$")
      message(FATAL_ERROR "installed, but not the library: ${file}")
    endif()
  endforeach()
  file(STRINGS ${folder}/prefix/include/iov/qemu_iov.h told REGEX "^#define IOV_QEMU_API ${level}$")
  if(NOT told)
    message(FATAL_ERROR "the installed header does not tell its level, ${level}")
  endif()
  list(APPEND arguments -DCMAKE_PREFIX_PATH=${folder}/prefix)
endif()
run(${CMAKE_COMMAND} ${arguments})
run(${CMAKE_COMMAND} --build ${folder}/build)
says(${folder}/build/consumer)
says(${folder}/build/sockets_consumer)
run(${folder}/build/c_consumer)
if(NOT output STREQUAL "the device model is served at level ${level}\n")
  message(FATAL_ERROR "the C interface is to be at level ${level}: ${output}")
endif()
