#include "http/hsts_policy.hpp"

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"

#include <parley/hsts_host.hpp>

#include <string>

// Oracles: parse(write(x)) is x; a directive that nobody knows changes nothing, and one that is
// there twice spoils the field (RFC 6797 section 6.1).

namespace parley::fuzz {

namespace {

using http::HstsPolicy;
using http::Subdomains;

std::optional<HstsPolicy> parse(std::string_view value) {
  const ExactCopy copy(asBytes(value));
  return http::parseHstsPolicy(asText(copy.bytes()));
}

bool same(const std::optional<HstsPolicy>& a, const std::optional<HstsPolicy>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->maxAge == b->maxAge && a->subdomains == b->subdomains;
}

}  // namespace

void hstsPolicy(Bytes data) {
  const std::string value(asText(data));
  const auto policy = parse(value);
  require(same(policy, parse(";;" + value)), "empty directives are skipped");
  if (!policy) return;
  require(policy->maxAge.count() >= 0 && policy->maxAge <= kMaxHstsAge, "an age has a limit");
  // Behind what was read to its end a directive may follow.
  for (const char* unknown : {"; preload", "; x-y=z", " ;\t x = \"a;\\\"b\"", ";"}) {
    require(same(policy, parse(value + unknown)), "what nobody knows changes nothing");
  }
  const std::string age = "max-age=" + std::to_string(policy->maxAge.count());
  const bool isIncluded = policy->subdomains == Subdomains::Included;
  require(same(policy, parse(isIncluded ? age + "; includeSubDomains" : age)), "plain");
  require(same(policy, parse(isIncluded ? "INCLUDESUBDOMAINS ;" + age : age)), "in another order");
  require(!parse(value + "; " + age), "an age stands there once");
  require(parse(value + ";includesubdomains").has_value() != isIncluded, "and so do subdomains");
}

}  // namespace parley::fuzz
