#include "host/study/share/answered.hpp"

#include "host/campaign/bytes.hpp"

namespace vt {

std::string Answered::bytes() const {
  BytesOut out;
  out.put<std::uint64_t>(records_.size());
  for (const auto& [key, record] : records_) {
    out.put(std::string_view(key));
    out.put(std::string_view(record));
  }
  return out.bytes();
}

void Answered::add_saved(std::string_view bytes) {
  BytesIn in(bytes);
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) {
    std::string key = in.text();
    records_[std::move(key)] = in.text();
  }
  in.end();
}

std::string key_of(std::string_view kind, const std::vector<double>& numbers) {
  BytesOut out;
  out.put(kind);
  out.put(numbers);
  return out.bytes();
}

}  // namespace vt
