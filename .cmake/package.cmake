# VTRIAL_STATIC and, with it, the target vt_package: a tar file of the program for machines where nothing is installed, and
# the wheel of the Python package with the program in it, where a Python with pip, setuptools and wheel is.
# Everything but glibc is linked statically, the CUDA runtime included; a GPU needs its driver and nothing else.
# This file is also the script (cmake -P) that looks at the program and packs it.
if(CMAKE_SCRIPT_MODE_FILE)
  function(run)
    execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
    set(said "${said}" PARENT_SCOPE)
  endfunction()

  set(folder ${BINARY_DIR}/${NAME})
  file(REMOVE_RECURSE ${folder})
  set(ENV{DESTDIR} "")
  run(${CMAKE_COMMAND} --install ${BINARY_DIR} --prefix ${folder} --strip)

  run(${READELF} --dynamic --wide ${folder}/bin/vtrial)
  string(REPLACE "[" " " said "${said}")  # brackets glue the entries of a list together
  string(REPLACE "]" " " said "${said}")
  string(REGEX MATCHALL "\\(NEEDED\\) +Shared library: +[^ ]+" needed "${said}")
  list(TRANSFORM needed REPLACE ".* " "")
  set(foreign ${needed})
  list(FILTER foreign EXCLUDE REGEX "^(libc|libm|libdl|librt|libpthread|ld-linux[-a-z0-9_]*)\\.so\\.[0-9]+$")
  if(foreign OR NOT needed)
    message(FATAL_ERROR "the program needs shared libraries that other machines may not have: ${foreign}")
  endif()

  run(${READELF} --version-info --wide ${folder}/bin/vtrial)
  string(REGEX MATCHALL "GLIBC_[0-9]+\\.[0-9.]+" versions "${said}")
  list(TRANSFORM versions REPLACE "GLIBC_" "")
  list(REMOVE_DUPLICATES versions)
  list(SORT versions COMPARE NATURAL)
  list(GET versions -1 glibc)
  if(glibc VERSION_GREATER NEWEST_GLIBC)
    message(FATAL_ERROR "the program needs glibc ${glibc}; it is to run with ${NEWEST_GLIBC}. Build it on an older system")
  endif()

  # The text for those who have the tar file alone, and the licences of what is inside the program.
  file(CONFIGURE OUTPUT ${folder}/README.md @ONLY CONTENT [[# vtrial @VERSION@

Virtual clinical trials, patient by patient, on GPUs and CPUs. Unpack anywhere; there is nothing to install.

```
bin/vtrial devices
bin/vtrial run share/vtrial/scenarios/tops.toml -o tops.h5 --report
bin/vtrial compare tops.h5 share/vtrial/scenarios/targets/tops.toml
```

`share` has completion for bash and zsh and the manual page, where shells and `man` look for them below `/usr/local`.
Anywhere else: `source <(bin/vtrial completion bash)`, `man -l share/man/man1/vtrial.1`.

Needs Linux with glibc @glibc@ or newer (Debian 12, Ubuntu 24.04, RHEL 10). `bin/vtrial devices` says what it can run on.
@gpu@

`share/vtrial/scenarios/tutorial.md` says how to write a scenario; `reference.md` beside it has every key. For research; not
for decisions about the treatment of anyone. Licence: Apache-2.0 (`LICENSE`). The libraries inside the program have their
own: `share/doc/vtrial/licences`.
]])
  foreach(package IN LISTS INSIDE)
    if(EXISTS /usr/share/doc/${package}/copyright)
      configure_file(/usr/share/doc/${package}/copyright ${folder}/share/doc/vtrial/licences/${package}.txt COPYONLY)
    else()
      message(WARNING "the licence of ${package} was not found; add it before giving the package away")
    endif()
  endforeach()
  file(RENAME ${folder}/share/doc/vtrial/LICENSE ${folder}/LICENSE)

  set(archive ${BINARY_DIR}/${NAME}.tar.gz)
  run(tar --create "--use-compress-program=gzip -n" --file ${archive} --directory ${BINARY_DIR} --sort=name --owner=0
      --group=0 --numeric-owner --mode=u+rw,go=rX ${NAME})
  file(SIZE ${folder}/bin/vtrial program_bytes)
  file(SIZE ${archive} archive_bytes)
  list(JOIN needed " " needed)

  set(wheel "none: no Python with pip, setuptools and wheel")
  if(PYTHON)
    string(REPLACE "." "_" floor ${glibc})
    run(${PYTHON} ${SOURCE_DIR}/output/python/make_wheel.py ${folder} manylinux_${floor}_${MACHINE} ${BINARY_DIR})
    string(STRIP "${said}" wheel)
  endif()
  message("program  ${program_bytes} bytes, needs ${needed} (glibc ${glibc})\npackage  ${archive}, ${archive_bytes} bytes\nwheel    ${wheel}")
  return()
endif()

option(VTRIAL_STATIC "Link everything but glibc statically, for ./dev package" OFF)
if(NOT VTRIAL_STATIC)
  return()
endif()

set(CMAKE_FIND_LIBRARY_SUFFIXES .a)  # every library found from here on is an archive
add_link_options(-static-libgcc -static-libstdc++ -Wl,--gc-sections)

set(gpu "This program was built without its GPU part.")
if(VTRIAL_WITH_CUDA)
  set(gpu "An NVIDIA GPU is used when its driver is there (compiled for ${CMAKE_CUDA_ARCHITECTURES}). Inside is NVIDIA's CUDA runtime ${CMAKE_CUDA_COMPILER_VERSION}, under the licence of the CUDA toolkit.")
  string(REPLACE ";" " " gpu "${gpu}")
endif()
string(TOLOWER "${PROJECT_NAME}-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" name)
set(inside libhdf5-dev libaec-dev zlib1g-dev libssl-dev libfmt-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libeigen3-dev libstdc++6)  # Boost asks for nothing in programs
set(python "")
find_package(Python3 COMPONENTS Interpreter QUIET)
if(Python3_FOUND)
  execute_process(COMMAND ${Python3_EXECUTABLE} -c "import setuptools, wheel, pip" RESULT_VARIABLE lacks OUTPUT_QUIET ERROR_QUIET)
  if(NOT lacks)
    set(python ${Python3_EXECUTABLE})
  endif()
endif()
add_custom_target(vt_package
  COMMAND ${CMAKE_COMMAND} -D BINARY_DIR=${PROJECT_BINARY_DIR} -D NAME=${name} -D VERSION=${PROJECT_VERSION} -D "gpu=${gpu}"
          -D "INSIDE=${inside}" -D READELF=${CMAKE_READELF} -D NEWEST_GLIBC=2.36
          -D SOURCE_DIR=${PROJECT_SOURCE_DIR} -D MACHINE=${CMAKE_SYSTEM_PROCESSOR} -D "PYTHON=${python}" -P ${CMAKE_CURRENT_LIST_FILE}
  DEPENDS vtrial COMMENT "" VERBATIM)
