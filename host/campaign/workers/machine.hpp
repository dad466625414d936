#pragma once
#include <cstdint>

namespace vt {

/// Cores that this process may use: by its affinity and its control groups (versions 1 and 2), and by what Slurm says
/// of its task, which some sites do not enforce.
int usable_cores();

/// Bytes of memory that this process may use: what the machine has, as far as limits of its control groups and of the
/// shell (address space) allow. What others take of it at the moment is not looked at.
std::uint64_t usable_memory();

}  // namespace vt
