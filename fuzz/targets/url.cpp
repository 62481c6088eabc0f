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

/// URL standard, section 4.1: a default port is none.
void checkDefaultPort(const Url& url) {
  if (url.port() || !url.effectivePort()) return;
  std::string credentials(url.username());
  if (!url.password().empty()) credentials.append(":").append(url.password());
  if (!credentials.empty()) credentials += '@';
  const std::string before =
      std::string(url.scheme()) + "://" + credentials + std::string(url.hostname());
  require(url.href().starts_with(before), "a URL begins with its host");
  const std::string port = ":" + std::to_string(*url.effectivePort());
  require(Url::parse(before + port + url.href().substr(before.size())) == url,
          "the default port is none");
}

/// Ways there and back again, relative to a URL whose path is a list.
void checkDots(const Url& base) {
  const auto plain = Url::parse("y", base);
  require(plain && plain->path().ends_with("/y"), "a name replaces the last segment");
  for (const char* const way : {"./y", "x/../y", "x/%2E%2e/y", "a/b/.././../%2e/y"}) {
    require(Url::parse(way, base) == plain, "dots lead there and back again");
  }
  require(Url::parse("x/..", base) == Url::parse(".", base), "and to the folder");
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
    checkDefaultPort(*alone);
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
  if (!isOpaque) checkDots(*base);
  const auto fragment = Url::parse("#", *base);
  require(fragment && fragment->pathWithQuery() == base->pathWithQuery(),
          "a fragment changes nothing else");
}

}  // namespace parley::fuzz
