#include "result.hpp"

#include "judge.hpp"

#include <algorithm>
#include <utility>

namespace parley::tool::check {

Result resultOf(const Conversation& conversation) {
  Finding finding = judge(conversation.theCase(), conversation.observation());
  Result result{finding.verdict,
                std::move(finding.detail),
                std::chrono::duration<double, std::milli>(conversation.duration()).count(),
                {}};
  // Of those that are as they should be nobody reads it.
  const bool isOfInterest =
      finding.verdict == Verdict::Failed || finding.verdict == Verdict::NonStrict;
  if (isOfInterest) result.trace = conversation.trace().lines();
  return result;
}

std::size_t Run::count(Verdict verdict) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(),
      [&](const std::optional<Result>& result) { return result && result->verdict == verdict; }));
}

std::size_t Run::countMissing() const noexcept {
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(), [](const std::optional<Result>& result) { return !result; }));
}

}  // namespace parley::tool::check
