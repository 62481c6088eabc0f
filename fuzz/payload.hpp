#pragma once

#include "fuzz/input.hpp"

#include <cstddef>
#include <string>

namespace parley::fuzz {

/// Makes message payloads from an input: a few bytes as they are, or many that follow a pattern, up
/// to a total that keeps a run short.
class Payloads {
 public:
  [[nodiscard]] std::string next(Input& input);

 private:
  std::size_t budget_ = 90'000;
};

}  // namespace parley::fuzz
