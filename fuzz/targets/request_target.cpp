#include "http/request_target.hpp"

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "http/host.hpp"

#include <algorithm>
#include <string>

// Oracle: the parts put together again.

namespace parley::fuzz {

namespace {

std::string tail(const http::RequestTarget& target) {
  std::string out(target.path);
  if (!target.query.empty()) out.append("?").append(target.query);
  return out;
}

/// RFC 9110 section 7.2: nothing that would change what a request says.
void checkHost(Bytes data) {
  const ExactCopy copy(data);
  const std::string_view host = asText(copy.bytes());
  if (!http::isValidHost(host)) return;
  require(!host.empty(), "a host is not empty");
  require(std::all_of(host.begin(), host.end(), [](char c) { return c > ' ' && c < '\x7F'; }),
          "a host is visible ASCII");
  require(host.find_first_of("/?#@\\") == std::string_view::npos, "a host is no more than a host");
}

}  // namespace

void requestTarget(Bytes data) {
  checkHost(data);
  const ExactCopy copy(data);
  const std::string_view text = asText(copy.bytes());
  const auto target = http::parseRequestTarget(text);
  if (!target) return;
  require(http::isTargetText(text), "a target may stand in a request line");
  require(target->path.starts_with('/'), "a path starts with a slash");
  require(target->path.find_first_of("?#") == std::string_view::npos, "a path has no query");
  std::string together = tail(*target);
  if (target->authority) {
    require(http::isValidHost(*target->authority), "an authority is a host");
    const std::size_t mark = text.find("://") + 3;
    const std::string_view after = text.substr(mark + target->authority->size());
    require(text.substr(mark).starts_with(*target->authority), "the authority is in the text");
    // "http://h" and "http://h?q" leave the slash of the path out.
    if (!after.starts_with('/')) together.erase(0, 1);
    together.insert(0, text.substr(0, mark + target->authority->size()));
  }
  // A "?" with nothing behind it is not told from none.
  require(together == text || together + "?" == text, "the parts together are the text");
  const auto again = http::parseRequestTarget(together);
  require(again && again->path == target->path && again->query == target->query,
          "parse(together) is the same");
}

}  // namespace parley::fuzz
