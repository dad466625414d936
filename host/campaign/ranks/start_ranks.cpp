#include "host/campaign/ranks/start_ranks.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "host/campaign/bytes.hpp"
#include "host/campaign/ranks/mpi_abi.hpp"
#include "host/plugin.hpp"

namespace vt {

namespace {

struct Mpi {
  VtMpiSoftware* software;
  VtMpiSend* send;
  VtMpiReceive* receive;
  VtMpiEnd* end;
  VtMpiAbort* abort;
};
const Mpi* started = nullptr;
bool are_lost = false;

class MpiTransport : public Transport {
 public:
  MpiTransport(const Mpi& mpi, const VtRanks& ranks) : mpi_(mpi), ranks_(ranks) {}
  int rank() const override { return ranks_.rank; }
  int size() const override { return ranks_.size; }
  int local_rank() const override { return ranks_.local_rank; }
  int local_size() const override { return ranks_.local_size; }
  std::string name() const override { return mpi_.software(); }

  void send(int to, int tag, std::string_view bytes) override {
    if (const int error = mpi_.send(to, tag, bytes.data(), bytes.size()); error != 0)
      throw DeviceError(fmt::format("{} bytes could not be sent to rank {} (MPI's error {})", bytes.size(), to, error));
  }
  std::optional<Message> receive(int from, int tag) override {
    Message message{from, tag, {}};
    const int outcome = mpi_.receive(
        &message.from, &message.tag,
        [](void* bytes, std::size_t size) {
          auto& text = *static_cast<std::string*>(bytes);
          text.resize(size);
          return text.data();
        },
        &message.bytes);
    if (outcome == 0) return std::nullopt;
    if (outcome != 1) throw DeviceError("a message of another rank could not be received");
    return message;
  }

 private:
  const Mpi& mpi_;
  const VtRanks ranks_;
};

}  // namespace

Launched launched_by(const std::function<const char*(const char*)>& variable) {
  const auto number = [&](const char* name) {
    const char* text = variable(name);
    return text == nullptr ? 0 : std::atoi(text);
  };
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE"})
    if (const int processes = number(name); processes > 0) return {processes, "mpirun"};
  if (const int processes = number("SLURM_STEP_NUM_TASKS"); processes > 0) return {processes, "srun"};
  return {};
}

std::unique_ptr<Team> start_ranks() {
  const Launched launched = launched_by([](const char* name) { return std::getenv(name); });
  if (launched.processes <= 1) return nullptr;
  const std::string everyone =
      fmt::format("{} has started {} processes, and each would do all of the work", launched.by, launched.processes);
  const Plugin plugin = open_plugin("libvtrial_mpi.so", true);
  if (plugin.library == nullptr)
    throw DeviceError(
        fmt::format("{}: {}; build vtrial where MPI is (Debian's libopenmpi-dev, VTRIAL_MPI=ON), or start one process, "
                    "or share the "
                    "work with --part",
                    everyone,
                    plugin.flaw.empty() ? plugin.path + " is not there"
                                        : fmt::format("{} cannot be loaded ({})", plugin.path, plugin.flaw)));
  auto* version = plugin.function<VtMpiVersion>("vtrial_mpi_version");
  auto* start = plugin.function<VtMpiStart>("vtrial_mpi_start");
  static const Mpi mpi{plugin.function<VtMpiSoftware>("vtrial_mpi_software"),
                       plugin.function<VtMpiSend>("vtrial_mpi_send"),
                       plugin.function<VtMpiReceive>("vtrial_mpi_receive"), plugin.function<VtMpiEnd>("vtrial_mpi_end"),
                       plugin.function<VtMpiAbort>("vtrial_mpi_abort")};
  if (version == nullptr || version() != kVtMpiVersion || start == nullptr || mpi.software == nullptr ||
      mpi.send == nullptr || mpi.receive == nullptr || mpi.end == nullptr || mpi.abort == nullptr)
    throw DeviceError(fmt::format("{} is of another version of vtrial; build both from one source", plugin.path));
  VtRanks ranks{};
  std::array<char, 512> message{};
  if (start(&ranks, message.data(), message.size()) != 0)
    throw DeviceError(fmt::format("{}: {}", everyone, message.data()));
  started = &mpi;
  if (ranks.size != launched.processes)
    throw DeviceError(
        fmt::format("{}: {} sees {} of them; {}", everyone, mpi.software(), ranks.size,
                    launched.by == "srun"
                        ? "start them with srun --mpi=pmix, or the kind that this MPI was built for (srun --mpi=list)"
                        : "start them with the mpirun of the MPI that vtrial was built with"));
  return std::make_unique<Team>(std::make_unique<MpiTransport>(mpi, ranks));
}

int launched_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK"})
    if (const char* rank = std::getenv(name)) return std::atoi(rank);
  const char* tasks = std::getenv("SLURM_STEP_NUM_TASKS");
  const char* rank = std::getenv("SLURM_PROCID");
  return tasks != nullptr && rank != nullptr ? std::atoi(rank) : 0;
}

void lose_ranks() { are_lost = true; }

void end_ranks() {
  if (are_lost) return;
  if (const Mpi* mpi = std::exchange(started, nullptr)) mpi->end();
}

void abort_ranks(int code) {
  if (const Mpi* mpi = std::exchange(started, nullptr)) mpi->abort(code);
}

LocalRanks local_ranks(Team& team, const std::vector<std::string>& device_ids) {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  const std::string machine = name;
  BytesOut mine;
  mine.put(std::string_view(machine));
  mine.put<std::uint64_t>(device_ids.size());
  for (const std::string& id : device_ids) mine.put(std::string_view(id));
  LocalRanks ranks{team.transport().local_rank(), team.transport().local_size(), {}};
  for (const std::string& said : team.gather(mine.bytes())) {  // by rank, as local ranks are
    BytesIn in(said);
    if (in.text() != machine) continue;
    std::vector<std::string>& ids = ranks.ids.emplace_back();
    for (auto n = in.number<std::uint64_t>(); n > 0; --n) ids.push_back(in.text());
  }
  if (ranks.ids.size() != static_cast<std::size_t>(ranks.size)) ranks.ids.clear();  // machines of one name
  return ranks;
}

int threads_for(int usable, int of_machine, int local_size) {
  return std::clamp(usable, 1, std::max(1, of_machine / std::max(1, local_size)));
}

}  // namespace vt
