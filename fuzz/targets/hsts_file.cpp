#include "http/hsts_file.hpp"

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <string>
#include <vector>

// Oracles: the lines one by one; parse(format(x)) is x.

namespace parley::fuzz {

namespace {

struct Outcome {
  std::vector<HstsHost> hosts{};
  std::size_t faultyLine = 0;  ///< 0: none

  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view text) {
  const ExactCopy copy(asBytes(text));
  auto hosts = http::parseHstsFile(asText(copy.bytes()));
  if (hosts) return {*std::move(hosts)};
  require(!hosts.error().what.empty(), "a fault is told in words");
  return {{}, hosts.error().line};
}

Outcome parseLineByLine(std::string_view text) {
  Outcome outcome;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const Outcome line = parse(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    if (line.faultyLine != 0) return {{}, number};
    require(line.hosts.size() <= 1, "a line has one host");
    outcome.hosts.insert(outcome.hosts.end(), line.hosts.begin(), line.hosts.end());
  }
  return outcome;
}

}  // namespace

void hstsFile(Bytes data) {
  const std::string_view text = asText(data);
  const Outcome outcome = parse(text);
  require(outcome == parseLineByLine(text), "a file is its lines");
  for (const HstsHost& host : outcome.hosts) {
    require(!host.host.empty() && !host.host.ends_with('.'), "a host has no last dot");
    require(std::none_of(host.host.begin(), host.host.end(),
                         [](char c) { return c >= 'A' && c <= 'Z'; }),
            "it is in lower case");
  }
  const Outcome again = parse(http::formatHstsFile(outcome.hosts));
  require(again == Outcome{outcome.hosts}, "parse(format(x)) is x");
}

}  // namespace parley::fuzz
