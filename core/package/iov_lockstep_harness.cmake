# SPDX-License-Identifier: Apache-2.0
# What find_package(iov_lockstep COMPONENTS harness) includes: lockstep_add_adapter, and the targets that it links.
find_package(GTest QUIET)
find_package(rapidcheck QUIET)
include(${CMAKE_CURRENT_LIST_DIR}/iov_lockstepHarnessTargets.cmake)

# Where these files are installed decides, not where they were meant to be: a package may be unpacked anywhere.
get_filename_component(lockstep_data ${CMAKE_CURRENT_LIST_DIR}/@data_from_here@ ABSOLUTE)
set(lockstep_corpus_folder ${lockstep_data}/corpus_folder.cpp)
set(lockstep_no_suite "")
if(NOT TARGET lockstep::suite)
  set(lockstep_no_suite "the harness was built without it")
elseif(NOT TARGET GTest::gtest OR NOT TARGET rapidcheck)
  set(lockstep_no_suite "it takes GoogleTest and RapidCheck (libgtest-dev and librapidcheck-dev on Debian)")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/lockstep_add_adapter.cmake)
