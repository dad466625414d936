/// \file libvtrial_mpi.so: messages between ranks by MPI. The program knows nothing of MPI but
/// host/campaign/ranks/mpi_abi.hpp, and nothing here knows what messages mean.

#include <mpi.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

#include "host/campaign/ranks/mpi_abi.hpp"

namespace {

std::mutex one_at_a_time;  // MPI_THREAD_SERIALIZED is what every MPI has

void nap() { usleep(50); }  // MPI's own waiting takes a core

int say(const char* text, char* message, std::size_t room) {
  std::snprintf(message, room, "%s", text);
  return 1;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) std::int32_t vtrial_mpi_version(void) { return kVtMpiVersion; }

__attribute__((visibility("default"))) const char* vtrial_mpi_software(void) {
  static const std::string name = [] {
    char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
    int length = 0;
    MPI_Get_library_version(text, &length);
    const std::string all(text, static_cast<std::size_t>(length));
    return all.substr(0, all.find_first_of(",\n"));
  }();
  return name.c_str();
}

__attribute__((visibility("default"))) std::int32_t vtrial_mpi_start(VtRanks* ranks, char* message, std::size_t room) {
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS)
    return say("MPI_Init_thread failed", message, room);
  if (provided < MPI_THREAD_SERIALIZED) return say("this MPI cannot be used by several threads", message, room);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm local = MPI_COMM_NULL;
  if (MPI_Comm_rank(MPI_COMM_WORLD, &ranks->rank) != MPI_SUCCESS ||
      MPI_Comm_size(MPI_COMM_WORLD, &ranks->size) != MPI_SUCCESS ||
      MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local) != MPI_SUCCESS)
    return say("MPI does not say which rank this is", message, room);
  MPI_Comm_rank(local, &ranks->local_rank);
  MPI_Comm_size(local, &ranks->local_size);
  MPI_Comm_free(&local);
  return 0;
}

__attribute__((visibility("default"))) std::int32_t vtrial_mpi_send(std::int32_t to, std::int32_t tag,
                                                                    const char* bytes, std::size_t size) {
  if (size > INT_MAX) return MPI_ERR_COUNT;
  MPI_Request request = MPI_REQUEST_NULL;
  {
    const std::lock_guard lock(one_at_a_time);
    if (const int error = MPI_Isend(bytes, static_cast<int>(size), MPI_BYTE, to, tag, MPI_COMM_WORLD, &request);
        error != MPI_SUCCESS)
      return error;
  }
  while (true) {
    int is_done = 0;
    {
      const std::lock_guard lock(one_at_a_time);
      if (const int error = MPI_Test(&request, &is_done, MPI_STATUS_IGNORE); error != MPI_SUCCESS) return error;
    }
    if (is_done != 0) return 0;
    nap();
  }
}

__attribute__((visibility("default"))) std::int32_t vtrial_mpi_receive(std::int32_t* from, std::int32_t* tag,
                                                                       VtMpiTake* take, void* context) {
  const std::lock_guard lock(one_at_a_time);
  int is_there = 0, size = 0;
  MPI_Status status;
  MPI_Message message = MPI_MESSAGE_NULL;
  if (MPI_Improbe(*from < 0 ? MPI_ANY_SOURCE : *from, *tag < 0 ? MPI_ANY_TAG : *tag, MPI_COMM_WORLD, &is_there,
                  &message, &status) != MPI_SUCCESS)
    return 2;
  if (is_there == 0) return 0;
  MPI_Get_count(&status, MPI_BYTE, &size);
  char* const place = take(context, static_cast<std::size_t>(size));
  if (place == nullptr && size > 0) return 2;
  if (MPI_Mrecv(place, size, MPI_BYTE, &message, MPI_STATUS_IGNORE) != MPI_SUCCESS) return 2;
  *from = status.MPI_SOURCE;
  *tag = status.MPI_TAG;
  return 1;
}

__attribute__((visibility("default"))) void vtrial_mpi_end(void) { MPI_Finalize(); }

__attribute__((visibility("default"))) void vtrial_mpi_abort(std::int32_t code) { MPI_Abort(MPI_COMM_WORLD, code); }
}
