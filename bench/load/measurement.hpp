#pragma once

#include "subject.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// One line of JSON on standard output: what a run of the load has found.
class Measurement {
 public:
  explicit Measurement(const Subject& subject) : subject_(subject), start_(subject.usage()) {}

  /// The window is over: what was used since this object was made is put down to `messages`.
  void finish(std::uint64_t messages);
  void add(std::string_view name, std::uint64_t value);
  /// Did all that was checked come as it was sent?
  void print(bool isIntact) const;

 private:
  Subject subject_;
  Usage start_;
  std::string fields_;
};

}  // namespace bench
