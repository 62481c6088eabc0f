#pragma once

#include "case.hpp"
#include "conversation.hpp"
#include "verdict.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace parley::tool::check {

/// How a peer did in one case.
struct Result {
  Verdict verdict = Verdict::Failed;
  std::string detail = {};
  double milliseconds = 0;
  std::vector<std::string> trace = {};
};
[[nodiscard]] Result resultOf(const Conversation& conversation);

/// The results of one peer, by the number of the case.
struct Run {
  Role role = Role::Client;
  std::string peer = {};  ///< a URL, or what the client calls itself
  const std::vector<Case>* cases = nullptr;
  std::vector<std::optional<Result>> results = {};
  double seconds = 0;

  [[nodiscard]] std::size_t count(Verdict verdict) const noexcept;
  [[nodiscard]] std::size_t countMissing() const noexcept;
};

/// Called for each case when it is over.
using OnResult = std::function<void(const Case&, const Result&)>;

}  // namespace parley::tool::check
