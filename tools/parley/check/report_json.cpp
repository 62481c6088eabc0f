#include "report.hpp"

#include <parley/version.hpp>

#include <cmath>

#include <nlohmann/json.hpp>

namespace parley::tool::check {

namespace {

using nlohmann::ordered_json;

ordered_json caseObject(const Case& one, const std::optional<Result>& result) {
  ordered_json object{{"id", one.id},
                      {"section", one.section},
                      {"description", one.description},
                      {"expected", describe(one.expected)}};
  if (!result) {
    object["verdict"] = nullptr;
    return object;
  }
  object["verdict"] = nameOf(result->verdict);
  object["detail"] = result->detail;
  object["durationMs"] = std::round(result->milliseconds * 10) / 10;
  if (!result->trace.empty()) object["trace"] = result->trace;
  return object;
}

const char* behaviourOf(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Strict:
      return "OK";
    case Verdict::NonStrict:
      return "NON-STRICT";
    case Verdict::Informational:
      return "INFORMATIONAL";
    case Verdict::Unimplemented:
      return "UNIMPLEMENTED";
    case Verdict::Failed:
      return "FAILED";
  }
  return "";
}

}  // namespace

std::string caseInfo(const Case& one) {
  return ordered_json{{"id", one.id}, {"description", one.description}}.dump();
}

std::string caseStatus(const std::optional<Result>& result) {
  return ordered_json{{"behavior", result ? behaviourOf(result->verdict) : "MISSING"}}.dump();
}

std::string jsonReport(const Run& run) {
  ordered_json summary;
  for (std::size_t i = 0; i < kVerdictNames.size(); ++i) {
    summary[std::string(kVerdictNames[i])] = run.count(static_cast<Verdict>(i));
  }
  summary["not run"] = run.countMissing();
  ordered_json cases = ordered_json::array();
  for (std::size_t i = 0; i < run.cases->size(); ++i) {
    cases.push_back(caseObject((*run.cases)[i], run.results[i]));
  }
  const ordered_json report{{"parley", kVersion},
                            {"tested", run.role == Role::Client ? "server" : "client"},
                            {"peer", run.peer},
                            {"seconds", std::round(run.seconds * 100) / 100},
                            {"summary", std::move(summary)},
                            {"cases", std::move(cases)}};
  // A peer's bytes may be in a detail.
  return report.dump(1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace parley::tool::check
