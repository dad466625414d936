#include "host/campaign/workers/devices.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace vt { namespace {

CudaDevice card(int index, const std::string& name = "NVIDIA H200") {
  return {.index = index,
          .name = name,
          .uuid = "GPU-" + std::to_string(index),
          .major = 9,
          .minor = 0,
          .memory = std::uint64_t{140} << 30,
          .free_memory = std::uint64_t{139} << 30,
          .is_usable = true};
}

CudaDevice unusable(int index, const std::string& name, const std::string& reason) {
  CudaDevice device = card(index, name);
  device.is_usable = false;
  device.reason = reason;
  return device;
}

const CudaDevice kOld = unusable(0, "Tesla K80", "compute capability 3.7, this build has 8.0, 9.0");
const CudaStatus kOldAndNew{.devices = {kOld, card(1), card(2, "NVIDIA A100")}};
const CudaStatus kTwo{.devices = {card(0), card(1)}};
const CudaStatus kNone{.reason = "no NVIDIA driver was found (libcuda.so.1)"};

CudaStatus cards(int count) {
  CudaStatus status;
  for (int i = 0; i < count; ++i) status.devices.push_back(card(i));
  return status;
}

std::vector<int> indices(const std::vector<CudaDevice>& devices) {
  std::vector<int> found;
  for (const CudaDevice& device : devices) found.push_back(device.index);
  return found;
}

using Indices = std::vector<int>;

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(ParseDevices, TakesAllOrIndices) {
  EXPECT_EQ(parse_devices("all"), std::nullopt);
  EXPECT_EQ(parse_devices("1"), Indices{1});
  EXPECT_EQ(parse_devices("0,2,11"), (Indices{0, 2, 11}));
}

TEST(ParseDevices, RefusesWhatIsNoIndex) {
  for (const char* text : {"", ",", "0,", ",1", "0,,1", "-1", "+1", "0 1", "1.0", "0x1", "gpu", "all,1", "99999999999"})
    EXPECT_THROW(parse_devices(text), std::invalid_argument) << text;
  EXPECT_EQ(refusal([] { parse_devices("0,x"); }),
            "'x' is no device; write 'all', or indices that 'vtrial devices' shows: 0,2");
}

TEST(ParseDevices, RefusesAnIndexThatIsThereTwice) {
  EXPECT_EQ(refusal([] { parse_devices("0,1,0"); }), "device 0 is there twice; name each once");
  EXPECT_NE(refusal([] { parse_devices("1,01"); }), "");
}

TEST(ChooseDevices, AnOldCardInSlot0HidesNoOther) {
  const ChosenDevices chosen = choose_devices(kOldAndNew);
  EXPECT_EQ(indices(chosen.devices), (Indices{1, 2}));
  EXPECT_EQ(chosen.why_none, "");
  EXPECT_EQ(chosen.notes,
            std::vector<std::string>{"GPU 0 (Tesla K80) is not used: compute capability 3.7, this build has 8.0, 9.0"});
}

TEST(ChooseDevices, WithoutAnySaysWhy) {
  EXPECT_EQ(choose_devices(kNone).why_none, kNone.reason);
  const ChosenDevices chosen = choose_devices({.devices = {kOld, unusable(1, "NVIDIA H200", "it is busy")}});
  EXPECT_TRUE(chosen.devices.empty());
  EXPECT_TRUE(chosen.notes.empty());
  EXPECT_EQ(chosen.why_none,
            "GPU 0 (Tesla K80): compute capability 3.7, this build has 8.0, 9.0; GPU 1 (NVIDIA H200): it is busy");
}

TEST(ChooseDevices, TakesThoseThatAreWantedAndIsSilentAboutOthers) {
  const ChosenDevices chosen = choose_devices(kOldAndNew, Indices{2});
  EXPECT_EQ(indices(chosen.devices), Indices{2});
  EXPECT_TRUE(chosen.notes.empty());
  EXPECT_EQ(indices(choose_devices(kOldAndNew, Indices{2, 1}).devices), (Indices{1, 2}));
}

TEST(ChooseDevices, RefusesAnIndexThatIsNotThereWithWhatThereIs) {
  EXPECT_THROW(choose_devices(kTwo, Indices{2}), DeviceError);
  EXPECT_EQ(refusal([] {
              choose_devices({.devices = {kOld, card(1)}}, Indices{1, 7});
            }),
            "there is no GPU 7 (there are GPU 0 (Tesla K80), not usable: compute capability 3.7, this build has 8.0, "
            "9.0; GPU 1 (NVIDIA H200))");
  EXPECT_EQ(refusal([] { choose_devices(kNone, Indices{0}); }),
            "there is no GPU 0 (no NVIDIA driver was found (libcuda.so.1))");
}

TEST(ChooseDevices, RefusesAWantedDeviceThatCannotBeUsedWithItsReason) {
  EXPECT_THROW(choose_devices(kOldAndNew, Indices{0, 1}), DeviceError);
  EXPECT_EQ(refusal([] {
              choose_devices(kOldAndNew, Indices{0, 1});
            }),
            "GPU 0 (Tesla K80) cannot be used: compute capability 3.7, this build has 8.0, 9.0");
}

/// What every rank of a machine takes where all see the same devices.
std::vector<Indices> taken(const CudaStatus& status, int size, const WantedDevices& wanted = {}) {
  std::vector<Indices> all;
  for (int rank = 0; rank < size; ++rank)
    all.push_back(indices(choose_devices(status, wanted, {.rank = rank, .size = size}).devices));
  return all;
}

TEST(Ranks, DivideTheDevicesThatTheySee) {
  EXPECT_EQ(taken(cards(4), 1), (std::vector<Indices>{{0, 1, 2, 3}}));
  EXPECT_EQ(taken(cards(4), 2), (std::vector<Indices>{{0, 2}, {1, 3}}));
  EXPECT_EQ(taken(cards(3), 2), (std::vector<Indices>{{0, 2}, {1}}));
  EXPECT_EQ(taken(cards(3), 3), (std::vector<Indices>{{0}, {1}, {2}}));
  EXPECT_EQ(taken(cards(4), 2, Indices{1, 3}), (std::vector<Indices>{{1}, {3}}));
  EXPECT_EQ(taken(kOldAndNew, 2), (std::vector<Indices>{{1}, {2}}));
  for (int rank = 0; rank < 3; ++rank)
    EXPECT_TRUE(choose_devices(cards(3), {}, {.rank = rank, .size = 3}).notes.empty());
}

TEST(Ranks, ShareDevicesWhereThereAreFewerAndOneOfThemSaysSo) {
  EXPECT_EQ(taken(cards(2), 3), (std::vector<Indices>{{0}, {1}, {0}}));
  EXPECT_EQ(choose_devices(cards(2), {}, {.rank = 0, .size = 3}).notes,
            std::vector<std::string>{"ranks 0 and 2 of this machine share GPU 0 (NVIDIA H200); start one rank for each "
                                     "GPU"});
  for (const int rank : {1, 2}) EXPECT_TRUE(choose_devices(cards(2), {}, {.rank = rank, .size = 3}).notes.empty());
  EXPECT_EQ(choose_devices(cards(1), {}, {.rank = 0, .size = 3}).notes,
            std::vector<std::string>{"ranks 0, 1 and 2 of this machine share GPU 0 (NVIDIA H200); start one rank for "
                                     "each GPU"});
}

TEST(Ranks, OnlyOneOfThemSaysWhichDeviceIsLeftOut) {
  EXPECT_EQ(choose_devices(kOldAndNew, {}, {.rank = 0, .size = 2}).notes.size(), 1u);
  EXPECT_TRUE(choose_devices(kOldAndNew, {}, {.rank = 1, .size = 2}).notes.empty());
}

TEST(Ranks, BoundToDevicesOfTheirOwnTakeThemAllAndShareNone) {
  CudaStatus first = cards(2), second = cards(2);  // each sees two, 0 and 1, of four
  second.devices[0].uuid = "GPU-2";
  second.devices[1].uuid = "GPU-3";
  const std::vector<std::vector<std::string>> ids = {device_ids(first), device_ids(second)};
  for (int rank = 0; rank < 2; ++rank) {
    const ChosenDevices chosen = choose_devices(rank == 0 ? first : second, {}, {rank, 2, ids});
    EXPECT_EQ(indices(chosen.devices), (Indices{0, 1}));
    EXPECT_TRUE(chosen.notes.empty());
  }
}

TEST(Ranks, BoundToOneDeviceAreSeenToShareIt) {
  const CudaStatus one = cards(1);
  CudaStatus other = cards(1);
  other.devices[0].uuid = "GPU-5";
  const std::vector<std::vector<std::string>> ids = {device_ids(other), device_ids(one), device_ids(one)};
  EXPECT_TRUE(choose_devices(other, {}, {0, 3, ids}).notes.empty());
  EXPECT_EQ(choose_devices(one, {}, {1, 3, ids}).notes,
            std::vector<std::string>{"ranks 1 and 2 of this machine share GPU 0 (NVIDIA H200); start one rank for each "
                                     "GPU"});
}

TEST(Ranks, TakeDifferentDevicesWhenEachSeesThemInAnotherOrder) {
  const CudaStatus first = cards(2);
  CudaStatus second = cards(2);
  std::swap(second.devices[0].uuid, second.devices[1].uuid);
  const std::vector<std::vector<std::string>> ids = {device_ids(first), device_ids(second)};
  const std::vector<CudaDevice> of_0 = choose_devices(first, {}, {0, 2, ids}).devices;
  const std::vector<CudaDevice> of_1 = choose_devices(second, {}, {1, 2, ids}).devices;
  ASSERT_EQ(of_0.size() + of_1.size(), 2u);
  EXPECT_EQ(of_0[0].uuid, "GPU-0");
  EXPECT_EQ(of_1[0].uuid, "GPU-1");
}

TEST(Ranks, SlicesOfOneGpuAreDevicesOfTheirOwn) {
  CudaStatus slices = cards(2);
  slices.devices[1].uuid = slices.devices[0].uuid;
  EXPECT_EQ(device_ids(slices), (std::vector<std::string>{"GPU-0", "GPU-0 (2)"}));
  EXPECT_EQ(taken(slices, 1), (std::vector<Indices>{{0, 1}}));
  EXPECT_EQ(taken(slices, 2), (std::vector<Indices>{{0}, {1}}));
  EXPECT_TRUE(choose_devices(slices, {}, {.rank = 0, .size = 2}).notes.empty());
}

TEST(Ranks, DevicesWithoutUuidAreToldApartByIndex) {
  CudaStatus nameless = cards(2);
  for (CudaDevice& device : nameless.devices) device.uuid = "";
  EXPECT_EQ(device_ids(nameless), (std::vector<std::string>{"device 0", "device 1"}));
  EXPECT_EQ(taken(nameless, 2), (std::vector<Indices>{{0}, {1}}));
}

TEST(DeviceIds, AreThoseOfUsableDevicesThatAreWanted) {
  EXPECT_EQ(device_ids(kOldAndNew), (std::vector<std::string>{"GPU-1", "GPU-2"}));
  EXPECT_EQ(device_ids(kOldAndNew, Indices{2, 0}), std::vector<std::string>{"GPU-2"});
}

TEST(ChooseBackend, AutomaticFallsBackToTheCpuWithOneLine) {
  const ChosenBackend none = choose_backend(Backend::automatic, kNone);
  EXPECT_FALSE(none.cuda);
  EXPECT_EQ(none.why_not_cuda, kNone.reason);
  EXPECT_TRUE(none.devices.empty());
  const ChosenBackend some = choose_backend(Backend::automatic, kOldAndNew);
  EXPECT_TRUE(some.cuda);
  EXPECT_EQ(some.why_not_cuda, "");
  EXPECT_EQ(some.device, "NVIDIA H200 + NVIDIA A100");
  EXPECT_EQ(indices(some.devices), (Indices{1, 2}));
  EXPECT_EQ(some.notes.size(), 1u);
}

TEST(ChooseBackend, WhatIsAskedForIsThereOrRefused) {
  EXPECT_EQ(refusal([] { choose_backend(Backend::cuda, kNone); }),
            "no GPU can be used (no NVIDIA driver was found (libcuda.so.1)); use --backend cpu, which gives the same "
            "numbers");
  EXPECT_THROW(choose_backend(Backend::cuda, kNone), DeviceError);
  EXPECT_THROW(choose_backend(Backend::automatic, kOldAndNew, Indices{0}), DeviceError);
  EXPECT_FALSE(choose_backend(Backend::cpu, kTwo).cuda);
}

TEST(Describe, HasNameMemoryCapabilityAndWhyNot) {
  EXPECT_EQ(describe(card(0)), "NVIDIA H200, 140.0 GiB (139.0 free), compute capability 9.0");
  const CudaDevice unknown{.name = "of unknown name", .reason = "it is lost"};
  EXPECT_EQ(describe(unknown), "of unknown name: not usable: it is lost");
}

TEST(NamesOf, CountsThoseOfOneName) {
  EXPECT_EQ(names_of(cards(1).devices), "NVIDIA H200");
  EXPECT_EQ(names_of(std::vector{card(0), card(1, "NVIDIA A100"), card(2)}), "2 x NVIDIA H200 + NVIDIA A100");
  EXPECT_EQ(names_of({}), "");
}

}}  // namespace vt
