# SPDX-License-Identifier: Apache-2.0
# lockstep_add_adapter(NAME SOURCE...): an implementation to test. One of the sources, C or C++, defines lockstep::make_adapter().
#
#   NAME_adapter   an INTERFACE library: the sources, and what they need. Give it your include folders, definitions,
#                  options and libraries, as INTERFACE
#   NAME_tester    random programs, replay, reducing, enumeration and more; NAME_tester --help lists its subcommands
#   NAME_suite     everything that ends; where GoogleTest and RapidCheck are installed
#   NAME_fuzzer    the libFuzzer target; where the compiler is clang and has libFuzzer. Its seeds are in seeds/v1 in the
#                  build folder. LOCKSTEP_SANITIZERS are those that the sources are compiled with for it. With another
#                  engine, LOCKSTEP_ENGINE is what the linker is given for it (in the environment: LIB_FUZZING_ENGINE);
#                  the sources are then instrumented by the flags and the compiler that you choose
#
# Each executable compiles the sources anew, by their own rules: C++17 is enough for them.
set(LOCKSTEP_ENGINE "$ENV{LIB_FUZZING_ENGINE}" CACHE STRING "What the linker is given for a fuzzing engine; empty for libFuzzer")
set(LOCKSTEP_SANITIZERS "address,undefined" CACHE STRING "What the sources of an adapter are sanitized with for its fuzzer")

function(lockstep_add_adapter name)
  set(sources "")
  foreach(source ${ARGN})
    get_filename_component(source "${source}" ABSOLUTE)
    list(APPEND sources "${source}")
  endforeach()
  if(NOT sources)
    message(FATAL_ERROR "lockstep_add_adapter(${name}): no sources")
  endif()
  add_library(${name}_adapter INTERFACE)
  target_sources(${name}_adapter INTERFACE ${sources})
  target_compile_features(${name}_adapter INTERFACE cxx_std_17)
  target_link_libraries(${name}_adapter INTERFACE lockstep::table)

  set(executables tester)
  if(NOT lockstep_no_suite)
    list(APPEND executables suite)
  else()
    message(STATUS "There is no ${name}_suite: ${lockstep_no_suite}")
  endif()
  if(LOCKSTEP_ENGINE)
    list(APPEND executables fuzzer)
  elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    include(CheckCXXSourceCompiles)
    set(CMAKE_REQUIRED_FLAGS -fsanitize=fuzzer,${LOCKSTEP_SANITIZERS})
    check_cxx_source_compiles("extern \"C\" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }" LOCKSTEP_FUZZES)
    if(LOCKSTEP_FUZZES)
      list(APPEND executables fuzzer)
    else()
      message(STATUS "There is no ${name}_fuzzer: this clang lacks libFuzzer, or a sanitizer (libclang-rt-VERSION-dev on Debian)")
    endif()
  else()
    message(STATUS "There is no ${name}_fuzzer: it takes clang as the compiler")
  endif()

  foreach(kind ${executables})
    set(executable ${name}_${kind})
    add_executable(${executable} ${lockstep_corpus_folder})
    target_compile_definitions(${executable} PRIVATE LOCKSTEP_CORPUS="${lockstep_data}/corpus")
    target_link_libraries(${executable} PRIVATE ${name}_adapter lockstep::${kind})
  endforeach()
  if(TARGET ${name}_fuzzer)
    if(LOCKSTEP_ENGINE)
      separate_arguments(engine NATIVE_COMMAND "${LOCKSTEP_ENGINE}")
      target_link_libraries(${name}_fuzzer PRIVATE ${engine})
    else()
      set(checks -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
      target_compile_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer-no-link,${LOCKSTEP_SANITIZERS} ${checks})
      target_link_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer,${LOCKSTEP_SANITIZERS})
    endif()
    if(EXISTS ${lockstep_data}/seeds)
      file(COPY ${lockstep_data}/seeds DESTINATION ${CMAKE_CURRENT_BINARY_DIR})
    endif()
  endif()
endfunction()
