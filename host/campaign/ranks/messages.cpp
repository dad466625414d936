#include "host/campaign/ranks/messages.hpp"

namespace vt {

std::string Request::bytes() const {
  BytesOut out;
  out.put(campaign), out.put(job), out.put(threads), out.put(rate);
  out.put(is_gpu), out.put(leaves), out.put(is_fatal);
  out.put(std::string_view(flaw));
  out.put(gives_back), out.put(has_found);
  out.put(std::string_view(found));
  return out.bytes();
}

Request Request::of(std::string_view bytes) {
  BytesIn in(bytes);
  Request request;
  request.campaign = in.number<std::uint32_t>(), request.job = in.number<std::uint32_t>();
  request.threads = in.number<std::uint32_t>();
  request.rate = in.number<double>();
  request.is_gpu = in.number<bool>(), request.leaves = in.number<bool>(), request.is_fatal = in.number<bool>();
  request.flaw = in.text();
  request.gives_back = in.number<bool>(), request.has_found = in.number<bool>();
  request.found = in.text();
  in.end();
  return request;
}

std::string Reply::bytes() const {
  BytesOut out;
  out.put(static_cast<std::uint8_t>(kind)), out.put(job);
  out.put(take.begin), out.put(take.end), out.put(every);
  out.put(std::string_view(about));
  out.put(was_stopped);
  return out.bytes();
}

Reply Reply::of(std::string_view bytes) {
  BytesIn in(bytes);
  Reply reply;
  reply.kind = static_cast<Kind>(in.number<std::uint8_t>()), reply.job = in.number<std::uint32_t>();
  reply.take.begin = in.number<std::uint64_t>(), reply.take.end = in.number<std::uint64_t>();
  reply.every = in.number<double>();
  reply.about = in.text();
  reply.was_stopped = in.number<bool>();
  in.end();
  return reply;
}

}  // namespace vt
