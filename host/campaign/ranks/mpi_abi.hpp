#pragma once
/// \file What the program and libvtrial_mpi.so, which it loads where it was started by mpirun or srun, say to each
/// other. Plain C, so that the library is built against a site's MPI alone; no exception crosses it.

#include <cstddef>
#include <cstdint>

extern "C" {

struct VtRanks {
  std::int32_t rank, size;
  std::int32_t local_rank, local_size;  ///< among the processes of this machine
};

/// The functions that the library has, under these names. All but start and end may be called by several threads.
typedef std::int32_t VtMpiVersion(void);  ///< vtrial_mpi_version: has to be kVtMpiVersion
typedef const char* VtMpiSoftware(void);  ///< vtrial_mpi_software: "Open MPI v4.1.4"
/// vtrial_mpi_start: anything but 0 is a failure, and `message` says why.
typedef std::int32_t VtMpiStart(VtRanks* ranks, char* message, std::size_t room);
/// vtrial_mpi_send: returns once the bytes may be reused; anything but 0 is a failure.
typedef std::int32_t VtMpiSend(std::int32_t to, std::int32_t tag, const char* bytes, std::size_t size);
/// vtrial_mpi_receive: the next message from `from` with `tag`, negative: any. 0: there is none. 1: `take` was called
/// for a place of `size` bytes, which has them now, and `from` and `tag` say whose they are. Else a failure.
typedef char* VtMpiTake(void* context, std::size_t size);
typedef std::int32_t VtMpiReceive(std::int32_t* from, std::int32_t* tag, VtMpiTake* take, void* context);
typedef void VtMpiEnd(void);                 ///< vtrial_mpi_end: waits for all
typedef void VtMpiAbort(std::int32_t code);  ///< vtrial_mpi_abort: ends all processes
}

inline constexpr std::int32_t kVtMpiVersion = 1;
