# vt_hdf5: the C library and its H5DS. Looked for where HDF5_ROOT says (a variable of CMake or of the environment), then in
# CMAKE_PREFIX_PATH, where pkg-config says, and in the system's places. Header and libraries are of one installation.
# It has to be a serial one: an HDF5 that was built for MPI would tie the program, which needs no MPI, to one.
set(suffixes_of_headers include/hdf5/serial include)  # Debian has several side by side
set(suffixes_of_libraries lib/${CMAKE_LIBRARY_ARCHITECTURE}/hdf5/serial lib/${CMAKE_LIBRARY_ARCHITECTURE} lib64 lib)
set(root ${HDF5_ROOT} $ENV{HDF5_ROOT})
if(root)
  find_path(VTRIAL_HDF5_INCLUDE_DIR hdf5.h PATHS ${root} PATH_SUFFIXES ${suffixes_of_headers} NO_DEFAULT_PATH)
  if(NOT VTRIAL_HDF5_INCLUDE_DIR)
    message(FATAL_ERROR "HDF5_ROOT is ${root}, but there is no include/hdf5.h in it")
  endif()
else()
  find_package(PkgConfig QUIET)
  if(PKG_CONFIG_FOUND)
    pkg_search_module(VTRIAL_PC_HDF5 QUIET hdf5-serial hdf5)  # Debian's name first: plain "hdf5" may be the MPI build
  endif()
  find_path(VTRIAL_HDF5_INCLUDE_DIR hdf5.h HINTS ${VTRIAL_PC_HDF5_INCLUDEDIR} ${VTRIAL_PC_HDF5_INCLUDE_DIRS}
            PATH_SUFFIXES hdf5/serial include/hdf5/serial)
endif()
set(how "set HDF5_ROOT to the folder that has include/hdf5.h, or install libhdf5-dev; scenarios/clusters/building.md says more")
if(NOT VTRIAL_HDF5_INCLUDE_DIR)
  message(FATAL_ERROR "HDF5 was not found; ${how}")
endif()

string(REGEX REPLACE "/include(/.*)?$" "" prefix ${VTRIAL_HDF5_INCLUDE_DIR})
foreach(name hdf5 hdf5_hl)
  find_library(VTRIAL_${name}_LIBRARY NAMES ${name} PATHS ${prefix} PATH_SUFFIXES ${suffixes_of_libraries} NO_DEFAULT_PATH)
  if(NOT VTRIAL_${name}_LIBRARY)
    message(FATAL_ERROR "HDF5's header is in ${VTRIAL_HDF5_INCLUDE_DIR}, but there is no lib${name} in ${prefix} (it may have been built without it); ${how}")
  endif()
endforeach()

include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_INCLUDES ${VTRIAL_HDF5_INCLUDE_DIR})
check_cxx_source_compiles("#include <H5pubconf.h>\n#ifdef H5_HAVE_PARALLEL\n#error for MPI\n#endif\nint main() {}" VTRIAL_HDF5_IS_SERIAL)
unset(CMAKE_REQUIRED_INCLUDES)
if(NOT VTRIAL_HDF5_IS_SERIAL)
  message(FATAL_ERROR "the HDF5 in ${prefix} was built for MPI, and vtrial takes a serial one (ranks send their counts to one that writes); ${how}. "
    "Modules and packages of a serial one are often called hdf5-serial, hdf5~mpi (Spack) or hdf5=*=nompi* (conda-forge)")
endif()

set(beneath "")  # what an archive of HDF5 leaves open
if(VTRIAL_hdf5_LIBRARY MATCHES "\\.a$")
  foreach(name sz aec z)
    find_library(VTRIAL_${name}_LIBRARY NAMES ${name})
    if(VTRIAL_${name}_LIBRARY)
      list(APPEND beneath ${VTRIAL_${name}_LIBRARY})
    elseif(VTRIAL_STATIC)
      message(FATAL_ERROR "VTRIAL_STATIC=ON, but there is no lib${name}.a; install libhdf5-dev, or build it")
    endif()
  endforeach()
endif()

add_library(vt_hdf5 INTERFACE)
target_include_directories(vt_hdf5 SYSTEM INTERFACE ${VTRIAL_HDF5_INCLUDE_DIR})
target_link_libraries(vt_hdf5 INTERFACE ${VTRIAL_hdf5_hl_LIBRARY} ${VTRIAL_hdf5_LIBRARY} ${beneath} ${CMAKE_DL_LIBS})
message(STATUS "HDF5: ${VTRIAL_hdf5_LIBRARY}")
