#include "http/cookie_file.hpp"

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "http/cookie_rules.hpp"

#include <string>
#include <vector>

// Oracles: the lines one by one; parse(format(x)) is x; what is kept breaks no rule.

namespace parley::fuzz {

namespace {

struct Outcome {
  std::vector<Cookie> cookies{};
  std::size_t faultyLine = 0;  ///< 0: none

  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view text) {
  const ExactCopy copy(asBytes(text));
  auto cookies = http::parseCookieFile(asText(copy.bytes()));
  if (cookies) return {*std::move(cookies)};
  require(!cookies.error().what.empty(), "a fault is told in words");
  return {{}, cookies.error().line};
}

Outcome parseLineByLine(std::string_view text) {
  Outcome outcome;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const Outcome line = parse(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    if (line.faultyLine != 0) {
      require(line.faultyLine == 1, "a line has one line");
      return {{}, number};
    }
    require(line.cookies.size() <= 1, "a line has one cookie");
    outcome.cookies.insert(outcome.cookies.end(), line.cookies.begin(), line.cookies.end());
  }
  return outcome;
}

}  // namespace

void cookieFile(Bytes data) {
  const std::string_view text = asText(data);
  const Outcome outcome = parse(text);
  require(outcome == parseLineByLine(text), "a file is its lines");
  for (const Cookie& cookie : outcome.cookies) {
    require(!http::contentRefusal(cookie.name, cookie.value) && !http::prefixRefusal(cookie),
            "no cookie breaks the rules");
    require(!cookie.domain.empty() && cookie.path.starts_with('/'), "it has a place");
  }
  const Outcome again = parse(http::formatCookieFile(outcome.cookies));
  require(again == Outcome{outcome.cookies}, "parse(format(x)) is x");
}

}  // namespace parley::fuzz
