#pragma once

#include "result.hpp"

#include <string>

namespace parley::tool::check {

/// {"parley": version, "role", "peer", "summary": {...}, "cases": [{"id", "section", ...}]}.
[[nodiscard]] std::string jsonReport(const Run& run);
/// One page without anything from elsewhere.
[[nodiscard]] std::string htmlReport(const Run& run);
/// The families with their counts, every case that is not as it should be, and the sum as the last
/// line.
[[nodiscard]] std::string textReport(const Run& run);
/// "1297 cases: 1290 strict, ..., 0 failed".
[[nodiscard]] std::string sumOf(const Run& run);

/// What /getCaseInfo answers: {"id", "description"}.
[[nodiscard]] std::string caseInfo(const Case& one);
/// What /getCaseStatus answers: {"behavior": "OK"}, in the words that clients of such a service
/// know.
[[nodiscard]] std::string caseStatus(const std::optional<Result>& result);

/// The part of an id up to its first dot.
[[nodiscard]] std::string familyOf(const Case& one);

}  // namespace parley::tool::check
