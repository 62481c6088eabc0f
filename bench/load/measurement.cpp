#include "measurement.hpp"

#include <cstdio>

namespace bench {

void Measurement::finish(std::uint64_t messages) {
  const Usage end = subject_.usage();
  add("messages", messages);
  add("wall_ns", end.wallNanoseconds - start_.wallNanoseconds);
  add("cpu_ns", end.cpuNanoseconds - start_.cpuNanoseconds);
  add("user_ns", end.userNanoseconds - start_.userNanoseconds);
  add("load_cpu_ns", end.loadNanoseconds - start_.loadNanoseconds);
  add("rss", subject_.residentBytes());
}

void Measurement::add(std::string_view name, std::uint64_t value) {
  fields_ += '"' + std::string(name) + "\":" + std::to_string(value) + ',';
}

void Measurement::print(bool isIntact) const {
  std::printf("{%s\"intact\":%s}\n", fields_.c_str(), isIntact ? "true" : "false");
}

}  // namespace bench
