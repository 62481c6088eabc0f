#include "report.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

using Counts = std::array<std::size_t, kVerdictNames.size()>;

/// "3 strict, 1 failed", leaving out what there is none of.
std::string countsText(const Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    fmt::format_to(std::back_inserter(text), "{}{} {}", text.empty() ? "" : ", ", counts[i],
                   kVerdictNames[i]);
  }
  return text.empty() ? "not run" : text;
}

std::string failureText(const Case& one, const Result& result) {
  std::string text =
      fmt::format("FAILED {} ({}): {}\n  expected: {}\n  got: {}\n", one.id, one.section,
                  one.description, describe(one.expected), result.detail);
  for (const std::string& line : result.trace) text += "    " + line + "\n";
  return text + "\n";
}

}  // namespace

std::string familyOf(const Case& one) {
  return one.id.substr(0, one.id.find('.'));
}

std::string sumOf(const Run& run) {
  Counts counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = run.count(static_cast<Verdict>(i));
  std::string text = fmt::format("{} cases: ", run.cases->size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}{} {}", i == 0 ? "" : ", ", counts[i],
                   kVerdictNames[i]);
  }
  if (const std::size_t missing = run.countMissing(); missing > 0) {
    text += fmt::format(", {} not run", missing);
  }
  return text + fmt::format(" ({:.1f} s)", run.seconds);
}

std::string textReport(const Run& run) {
  std::vector<std::string> families;
  std::map<std::string, Counts> counts;
  std::string failures;
  std::string nonStrict;
  for (std::size_t i = 0; i < run.cases->size(); ++i) {
    const Case& one = (*run.cases)[i];
    const std::string family = familyOf(one);
    if (std::find(families.begin(), families.end(), family) == families.end()) {
      families.push_back(family);
    }
    Counts& sum = counts[family];
    if (!run.results[i]) continue;
    const Result& result = *run.results[i];
    ++sum[static_cast<std::size_t>(result.verdict)];
    if (result.verdict == Verdict::Failed) failures += failureText(one, result);
    if (result.verdict == Verdict::NonStrict) {
      nonStrict += fmt::format("non-strict {} ({}): {}\n", one.id, one.section, result.detail);
    }
  }
  std::string text = failures + nonStrict;
  if (!text.empty()) text += "\n";
  for (const std::string& family : families) {
    text += fmt::format("{:12} {}\n", family, countsText(counts[family]));
  }
  return text + sumOf(run) + "\n";
}

}  // namespace parley::tool::check
