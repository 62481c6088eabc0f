#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "fuzz/url_parts.hpp"

#include <parley/url.hpp>

#include <optional>
#include <string>

// Oracles: parse(serialise(x)) is x, with and without a base; the parts put together again.

namespace parley::fuzz {

namespace {

void checkAgain(const Url& url, const std::optional<Url>& base) {
  const auto again = Url::parse(url.href());
  require(again.has_value(), "what was serialised parses");
  requireSameParts(url, *again);
  if (!base) return;
  const auto withBase = Url::parse(url.href(), *base);
  require(withBase == url, "what is absolute needs no base");
}

}  // namespace

void url(Bytes data) {
  Input input(data);
  const std::string baseText = input.text();
  const std::string_view text = asText(input.rest());
  const auto base = Url::parse(baseText);
  const auto alone = Url::parse(text);
  if (base) requireParts(*base);
  if (alone) {
    requireParts(*alone);
    checkAgain(*alone, base);
  }
  if (!base) return;
  const auto relative = Url::parse(text, *base);
  if (!relative) return;
  requireParts(*relative);
  checkAgain(*relative, base);
  const auto empty = Url::parse("", *base);
  // Section 4.4, no scheme state: nothing but a fragment is relative to an opaque path.
  const bool isOpaque = !base->href().substr(base->scheme().size()).starts_with(":/");
  require(empty.has_value() != isOpaque, "a base names itself");
  const auto fragment = Url::parse("#", *base);
  require(fragment && fragment->pathWithQuery() == base->pathWithQuery(),
          "a fragment changes nothing else");
}

}  // namespace parley::fuzz
