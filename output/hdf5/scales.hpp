#pragma once
#include <utility>
#include <vector>

#include "output/hdf5/handle.hpp"

namespace vt::hdf5 {

/// Dimension scales that many tables share. The attributes are those of H5DSattach_scale(), which reads and writes a
/// scale's list of tables anew for each table; here every list is written once.
class SharedScales {
 public:
  explicit SharedScales(hid_t group) : group_(group) {}
  /// Gives each dimension of a table its scale, first to last.
  void attach(const Handle& table, const std::vector<const Handle*>& scales);
  /// Tells the scales whose they are. To be called once, after the last table, while the group is open.
  void finish();

 private:
  /// An entry of a scale's list, as the library lays it out.
  struct Use {
    hobj_ref_t table;
    unsigned dimension;
  };
  hid_t group_;
  std::vector<std::pair<hobj_ref_t, std::vector<Use>>> uses_;  ///< of each scale
};

}  // namespace vt::hdf5
