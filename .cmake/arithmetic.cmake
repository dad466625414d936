# vt_arithmetic: what keeps every number the same, bit for bit, on every compiler and processor. All our code links it.
#   no contraction   a*b+c is two roundings unless fma is written out (g++, clang and nvcc fuse by default)
#   no math errno, no trapping math   bits unchanged; lets sqrt and comparisons be vectorised
#   Eigen in scalars sums in one order on every processor (and less to compile)
#   nvcc             IEEE division and square root, subnormals kept; -fmad does not reach its host pass, -Xcompiler does
add_library(vt_arithmetic INTERFACE)
target_include_directories(vt_arithmetic INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_features(vt_arithmetic INTERFACE cxx_std_20)
target_compile_definitions(vt_arithmetic INTERFACE EIGEN_DONT_VECTORIZE)
set(host_flags -ffp-contract=off -fno-math-errno -fno-trapping-math)
list(JOIN host_flags "," host_flags_of_nvcc)
set(device_flags -fmad=false -prec-div=true -prec-sqrt=true -ftz=false -Xcompiler=${host_flags_of_nvcc})
target_compile_options(vt_arithmetic INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:${host_flags}>"
  "$<$<COMPILE_LANGUAGE:CUDA>:${device_flags}>")

# vt_warnings: errors with the compilers that this is tested with, mere warnings with others.
add_library(vt_warnings INTERFACE)
set(is_tested OFF)
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.") OR
   (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^14\\."))
  set(is_tested ON)
endif()
option(VTRIAL_WERROR "Treat warnings as errors" ${is_tested})
set(warnings -Wall -Wextra $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>)
set(warnings_of_nvcc -Xcompiler=-Wall,-Wextra,-Wno-unknown-pragmas,-Wno-parentheses)
if(VTRIAL_WERROR)
  list(APPEND warnings -Werror)
  list(APPEND warnings_of_nvcc -Werror=all-warnings)
endif()
target_compile_options(vt_warnings INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:${warnings}>"
  "$<$<COMPILE_LANGUAGE:CUDA>:${warnings_of_nvcc}>")
