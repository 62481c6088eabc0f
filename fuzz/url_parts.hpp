#pragma once

#include "fuzz/require.hpp"

#include <parley/url.hpp>

#include <algorithm>
#include <string>

namespace parley::fuzz {

/// URL standard, section 4.5: the getters put together are the whole.
inline void requireParts(const Url& url) {
  const std::string& href = url.href();
  require(std::all_of(href.begin(), href.end(), [](char c) { return c >= ' ' && c < '\x7F'; }),
          "a URL is printable ASCII");
  std::string credentials(url.username());
  if (!url.password().empty()) credentials.append(":").append(url.password());
  if (!credentials.empty()) credentials += '@';
  std::string tail(url.path());
  if (url.query()) tail.append("?").append(*url.query());
  if (url.fragment()) tail.append("#").append(*url.fragment());
  const std::string scheme = std::string(url.scheme()) + ":";
  const std::string withHost = scheme + "//" + credentials + std::string(url.host()) + tail;
  const bool hasHost = href == withHost;
  require(hasHost || href == scheme + tail || href == scheme + "/." + tail,
          "the parts together are the URL");
  require(std::string(url.pathWithQuery()) ==
              std::string(url.path()) + (url.query() ? "?" + std::string(*url.query()) : ""),
          "the target is path and query");
  const std::string port = url.port() ? ":" + std::to_string(*url.port()) : "";
  require(url.host() == std::string(url.hostname()) + port, "the host is name and port");
  if (!url.isSpecial()) return;
  require(hasHost && url.path().starts_with('/'), "a special URL has a host and a path");
  require(url.scheme() == "file" || !url.hostname().empty(), "and the host a name");
  require(url.scheme() == "file" || url.effectivePort(), "and a port to connect to");
}

inline void requireSameParts(const Url& a, const Url& b) {
  require(a == b && a.href() == b.href(), "equal URLs have one serialisation");
  require(a.scheme() == b.scheme() && a.username() == b.username() && a.password() == b.password(),
          "the same scheme and credentials");
  require(a.host() == b.host() && a.hostname() == b.hostname() && a.port() == b.port(),
          "the same host");
  require(a.path() == b.path() && a.query() == b.query() && a.fragment() == b.fragment(),
          "the same path, query and fragment");
  require(a.origin() == b.origin(), "the same origin");
}

}  // namespace parley::fuzz
