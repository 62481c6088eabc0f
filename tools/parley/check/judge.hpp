#pragma once

#include "case.hpp"
#include "observation.hpp"

#include <string>

namespace parley::tool::check {

struct Finding {
  Verdict verdict = Verdict::Failed;
  std::string detail = {};
};

/// Holds what a peer did against what the case expects.
[[nodiscard]] Finding judge(const Case& theCase, const Observation& seen);

}  // namespace parley::tool::check
