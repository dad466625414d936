#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/run.hpp"

namespace vt {

enum class Backend { automatic, cpu, cuda };

/// Indices of devices as `vtrial devices` shows them; nothing: all that can be used.
using WantedDevices = std::optional<std::vector<int>>;

/// The text of `--devices`: "all", or indices with commas between them.
/// \throws std::invalid_argument: not such a text, or an index twice
WantedDevices parse_devices(std::string_view text);

/// The ranks of a job on this machine.
struct LocalRanks {
  int rank = 0, size = 1;  ///< of this one, 0 … size − 1
  /// What device_ids says in each rank, by rank; empty: all of them see what this one sees.
  std::vector<std::vector<std::string>> ids = {};
};

/// What tells the usable devices among `wanted` apart over the ranks of a machine, by index: their UUIDs, numbered
/// where two have the same (slices of one GPU may), "device N" where there is none. Not there, not usable: left out.
std::vector<std::string> device_ids(const CudaStatus&, const WantedDevices& wanted = {});

struct ChosenDevices {
  std::vector<CudaDevice> devices = {};  ///< for this rank, all usable, by index
  std::string why_none = {};             ///< why there are none; "" if there are
  std::vector<std::string> notes = {};   ///< sentences: devices that are left out, that ranks share
};

/// Ranks that see the same devices divide them; where these are fewer, some share one, of which the lowest of those who
/// do has a note. A rank that is bound to devices of its own takes them all.
/// \throws DeviceError: a device that is wanted by its index is not there, or cannot be used
ChosenDevices choose_devices(const CudaStatus&, const WantedDevices& wanted = {}, const LocalRanks& ranks = {});

/// The back end that `wanted` leads to, "cpu" or "cuda", and the reason when a GPU was not taken.
struct ChosenBackend {
  bool cuda = false;
  std::string device = {};        ///< names of the GPUs: "2 x NVIDIA H200"
  std::string why_not_cuda = {};  ///< why `automatic` led to the CPU; one line
  bool is_expected = true;        ///< nobody would think that a GPU did the work
  std::vector<CudaDevice> devices = {};
  std::vector<std::string> notes = {};  ///< as ChosenDevices
};

/// \throws DeviceError: `cuda` without a device that can be used; as choose_devices
ChosenBackend choose_backend(Backend wanted, const CudaStatus&, const WantedDevices& devices = {},
                             const LocalRanks& ranks = {});

/// "NVIDIA H200, 139.8 GiB (139.2 free), compute capability 9.0", and ": not usable: why"
std::string describe(const CudaDevice&);

/// "NVIDIA H200", "2 x NVIDIA H200 + NVIDIA A100": names in the order of their first device.
std::string names_of(std::span<const CudaDevice> devices);

}  // namespace vt
