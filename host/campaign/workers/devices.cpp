#include "host/campaign/workers/devices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>

namespace vt {

namespace {

using Ids = std::vector<std::string>;

std::string gpu(const CudaDevice& device) { return fmt::format("GPU {} ({})", device.index, device.name); }

bool is_wanted(int index, const WantedDevices& wanted) {
  return !wanted || std::ranges::find(*wanted, index) != wanted->end();
}

std::vector<CudaDevice> usable_among(const CudaStatus& status, const WantedDevices& wanted) {
  std::vector<CudaDevice> found;
  std::ranges::copy_if(status.devices, std::back_inserter(found),
                       [&](const CudaDevice& device) { return device.is_usable && is_wanted(device.index, wanted); });
  return found;
}

/// By index.
Ids ids_of(const std::vector<CudaDevice>& devices) {
  Ids ids;
  std::map<std::string, int> seen;
  for (const CudaDevice& device : devices) {
    const std::string id = device.uuid.empty() ? fmt::format("device {}", device.index) : device.uuid;
    const int before = seen[id]++;
    ids.push_back(before == 0 ? id : fmt::format("{} ({})", id, before + 1));
  }
  return ids;
}

/// What there is, for those who asked for something else.
std::string what_there_is(const CudaStatus& status) {
  if (status.devices.empty()) return status.reason;
  std::vector<std::string> list;
  for (const CudaDevice& device : status.devices)
    list.push_back(device.is_usable ? gpu(device) : fmt::format("{}, not usable: {}", gpu(device), device.reason));
  return fmt::format("there {} {}", list.size() == 1 ? "is" : "are", fmt::join(list, "; "));
}

/// \throws DeviceError
void check_wanted(const CudaStatus& status, const std::vector<int>& wanted) {
  std::vector<std::string> problems;
  for (const int index : wanted) {
    const auto found = std::ranges::find(status.devices, index, &CudaDevice::index);
    if (found == status.devices.end())
      problems.push_back(fmt::format("there is no GPU {} ({})", index, what_there_is(status)));
    else if (!found->is_usable)
      problems.push_back(fmt::format("{} cannot be used: {}", gpu(*found), found->reason));
  }
  if (!problems.empty()) throw DeviceError(fmt::format("{}", fmt::join(problems, "; ")));
}

/// Which rank takes which devices; every rank finds the same.
class Division {
 public:
  explicit Division(std::vector<Ids> seen) : seen_(std::move(seen)), sorted_(seen_) {
    for (Ids& ids : sorted_) std::ranges::sort(ids);
  }

  int size() const { return static_cast<int>(seen_.size()); }

  /// The ranks that see the same devices as this one, itself among them.
  std::vector<int> peers_of(int rank) const {
    std::vector<int> peers;
    for (int other = 0; other < size(); ++other)
      if (sorted_[other] == sorted_[rank]) peers.push_back(other);
    return peers;
  }

  /// In the order of the lowest peer: others may see the same devices in another.
  Ids of(int rank) const {
    const std::vector<int> peers = peers_of(rank);
    const Ids& ids = seen_[peers.front()];
    const auto place = static_cast<std::size_t>(std::ranges::find(peers, rank) - peers.begin());
    if (ids.empty()) return {};
    if (ids.size() < peers.size()) return {ids[place % ids.size()]};
    Ids own;
    for (std::size_t i = place; i < ids.size(); i += peers.size()) own.push_back(ids[i]);
    return own;
  }

  /// The ranks that take a device.
  std::vector<int> takers_of(const std::string& id) const {
    std::vector<int> takers;
    for (int rank = 0; rank < size(); ++rank)
      if (const Ids ids = of(rank); std::ranges::find(ids, id) != ids.end()) takers.push_back(rank);
    return takers;
  }

 private:
  std::vector<Ids> seen_, sorted_;
};

std::string shared_note(const CudaDevice& device, std::vector<int> ranks) {
  const int last = ranks.back();
  ranks.pop_back();
  return fmt::format("ranks {} and {} of this machine share {}; start one rank for each GPU", fmt::join(ranks, ", "),
                     last, gpu(device));
}

int index_in(std::string_view text) {
  int index = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error == std::errc() && end == text.data() + text.size() && index >= 0) return index;
  throw std::invalid_argument(
      fmt::format("'{}' is no device; write 'all', or indices that 'vtrial devices' shows: 0,2", text));
}

}  // namespace

WantedDevices parse_devices(std::string_view text) {
  if (text == "all") return std::nullopt;
  std::vector<int> indices;
  for (bool is_last = false; !is_last;) {
    const std::size_t comma = text.find(',');
    is_last = comma == text.npos;
    const int index = index_in(text.substr(0, comma));
    if (std::ranges::find(indices, index) != indices.end())
      throw std::invalid_argument(fmt::format("device {} is there twice; name each once", index));
    indices.push_back(index);
    if (!is_last) text.remove_prefix(comma + 1);
  }
  return indices;
}

std::vector<std::string> device_ids(const CudaStatus& status, const WantedDevices& wanted) {
  return ids_of(usable_among(status, wanted));
}

ChosenDevices choose_devices(const CudaStatus& status, const WantedDevices& wanted, const LocalRanks& ranks) {
  if (wanted) check_wanted(status, *wanted);
  const std::vector<CudaDevice> usable = usable_among(status, wanted);
  ChosenDevices chosen;
  if (usable.empty()) {
    std::vector<std::string> reasons;
    for (const CudaDevice& device : status.devices)
      reasons.push_back(fmt::format("{}: {}", gpu(device), device.reason));
    chosen.why_none = reasons.empty() ? status.reason : fmt::format("{}", fmt::join(reasons, "; "));
    return chosen;
  }
  const Ids ids = ids_of(usable);
  const Division division(ranks.ids.empty() ? std::vector<Ids>(ranks.size, ids) : ranks.ids);
  if (!wanted && division.peers_of(ranks.rank).front() == ranks.rank)
    for (const CudaDevice& device : status.devices)
      if (!device.is_usable) chosen.notes.push_back(fmt::format("{} is not used: {}", gpu(device), device.reason));
  const Ids own = division.of(ranks.rank);
  for (std::size_t i = 0; i < usable.size(); ++i) {
    if (std::ranges::find(own, ids[i]) == own.end()) continue;
    chosen.devices.push_back(usable[i]);
    const std::vector<int> takers = division.takers_of(ids[i]);
    if (takers.size() > 1 && takers.front() == ranks.rank) chosen.notes.push_back(shared_note(usable[i], takers));
  }
  return chosen;
}

ChosenBackend choose_backend(Backend wanted, const CudaStatus& status, const WantedDevices& devices,
                             const LocalRanks& ranks) {
  if (wanted == Backend::cpu) return {};
  ChosenDevices chosen = choose_devices(status, devices, ranks);
  if (wanted == Backend::cuda && chosen.devices.empty())
    throw DeviceError(
        fmt::format("no GPU can be used ({}); use --backend cpu, which gives the same numbers", chosen.why_none));
  return {.cuda = !chosen.devices.empty(),
          .device = names_of(chosen.devices),
          .why_not_cuda = std::move(chosen.why_none),
          .is_expected = status.devices.empty() && status.is_expected,
          .devices = std::move(chosen.devices),
          .notes = std::move(chosen.notes)};
}

std::string describe(const CudaDevice& device) {
  constexpr double kGiB = 1 << 30;
  std::string text = device.name;
  if (device.memory > 0) text += fmt::format(", {:.1f} GiB", static_cast<double>(device.memory) / kGiB);
  if (device.free_memory > 0) text += fmt::format(" ({:.1f} free)", static_cast<double>(device.free_memory) / kGiB);
  if (device.major > 0) text += fmt::format(", compute capability {}.{}", device.major, device.minor);
  return device.is_usable ? text : fmt::format("{}: not usable: {}", text, device.reason);
}

std::string names_of(std::span<const CudaDevice> devices) {
  std::vector<std::pair<std::string, int>> counted;
  for (const CudaDevice& device : devices) {
    const auto found = std::ranges::find(counted, device.name, &std::pair<std::string, int>::first);
    if (found == counted.end())
      counted.emplace_back(device.name, 1);
    else
      ++found->second;
  }
  std::string text;
  for (const auto& [name, count] : counted)
    text += (text.empty() ? "" : " + ") + (count == 1 ? name : fmt::format("{} x {}", count, name));
  return text;
}

}  // namespace vt
