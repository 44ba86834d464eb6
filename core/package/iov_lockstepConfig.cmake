# SPDX-License-Identifier: Apache-2.0
# find_package(iov_lockstep [COMPONENTS harness]): iov::iov; of the harness, lockstep_add_adapter.
include(${CMAKE_CURRENT_LIST_DIR}/iov_lockstepTargets.cmake)
foreach(component ${iov_lockstep_FIND_COMPONENTS})
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/iov_lockstep_${component}.cmake)
    include(${CMAKE_CURRENT_LIST_DIR}/iov_lockstep_${component}.cmake)
    set(iov_lockstep_${component}_FOUND TRUE)
  elseif(iov_lockstep_FIND_REQUIRED_${component})
    set(iov_lockstep_FOUND FALSE)
    set(iov_lockstep_NOT_FOUND_MESSAGE "the component ${component} is not installed beside the library")
  endif()
endforeach()
