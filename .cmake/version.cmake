# vt_version: the header <vtrial_version.hpp>, looked at in every build and rewritten only when it would change.
# VTRIAL_VERSION, VTRIAL_GIT_COMMIT ("unknown" without git, "...-dirty" with uncommitted changes), VTRIAL_BUILD_FLAGS.
# This file is also the script (cmake -P) that writes the header.
if(CMAKE_SCRIPT_MODE_FILE)
  set(commit unknown)
  find_program(GIT git)
  if(GIT AND EXISTS ${SOURCE_DIR}/.git)
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --dirty --abbrev=40 --exclude=*
                    OUTPUT_VARIABLE said RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT failed)
      set(commit ${said})
    endif()
  endif()
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[#pragma once
#define VTRIAL_VERSION "@VERSION@"
#define VTRIAL_GIT_COMMIT "@commit@"
#define VTRIAL_BUILD_FLAGS "@BUILD_FLAGS@"
]])
  return()
endif()

string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
set(build_flags ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${host_flags})
if(VTRIAL_WITH_CUDA)
  list(APPEND build_flags / nvcc ${CMAKE_CUDA_COMPILER_VERSION} ${CMAKE_CUDA_FLAGS} ${CMAKE_CUDA_FLAGS_${type}} ${device_flags}
       for ${CMAKE_CUDA_ARCHITECTURES})
endif()
list(JOIN build_flags " " build_flags)

set(version_header ${PROJECT_BINARY_DIR}/generated/vtrial_version.hpp)
add_custom_target(vt_version_header
  COMMAND ${CMAKE_COMMAND} -D SOURCE_DIR=${PROJECT_SOURCE_DIR} -D OUTPUT=${version_header} -D VERSION=${PROJECT_VERSION}
          -D "BUILD_FLAGS=${build_flags}" -P ${CMAKE_CURRENT_LIST_FILE}
  BYPRODUCTS ${version_header}
  COMMENT "" VERBATIM)
add_library(vt_version INTERFACE)
target_include_directories(vt_version INTERFACE ${PROJECT_BINARY_DIR}/generated)
add_dependencies(vt_version vt_version_header)
