#include "url/parser.hpp"
#include "url/record.hpp"
#include "url/scheme.hpp"

#include <parley/url.hpp>

namespace parley {

std::optional<Url> Url::parse(std::string_view input) {
  const auto parsed = url::parse(input, nullptr);
  if (!parsed) return std::nullopt;
  return serialise(*parsed);
}

std::optional<Url> Url::parse(std::string_view input, const Url& base) {
  const url::Record baseRecord = base.record();
  const auto parsed = url::parse(input, &baseRecord);
  if (!parsed) return std::nullopt;
  return serialise(*parsed);
}

// URL standard, section 4.5, URL serialiser, remembering where each component went.
Url Url::serialise(const url::Record& record) {
  Url url;
  url.append(record.scheme);
  url.schemeEnd_ = url.href_.size();
  url.href_ += ':';
  url.port_ = record.port;
  url.pathKind_ = record.pathKind == url::PathKind::Opaque ? Path::Opaque : Path::List;
  if (record.host) {
    url.appendAuthority(record);
  } else if (record.pathKind == url::PathKind::List && record.path.starts_with("//")) {
    url.href_ += "/.";  // keeps the path from being read as a host; no part of any component
  }
  url.appendPathAndAfter(record);
  return url;
}

void Url::appendAuthority(const url::Record& record) {
  hostPresence_ = Host::Present;
  href_ += "//";
  username_ = append(record.username);
  if (!record.password.empty()) {
    href_ += ':';
    password_ = append(record.password);
  }
  if (!record.username.empty() || !record.password.empty()) href_ += '@';
  hostname_ = append(*record.host);
  host_ = hostname_;
  if (record.port) {
    append(':' + std::to_string(*record.port));
    host_.end = href_.size();
  }
}

void Url::appendPathAndAfter(const url::Record& record) {
  path_ = append(record.path);
  if (record.query) {
    href_ += '?';
    query_ = append(*record.query);
  }
  if (record.fragment) {
    href_ += '#';
    fragment_ = append(*record.fragment);
  }
}

Url::Span Url::append(std::string_view part) {
  const std::size_t begin = href_.size();
  href_ += part;
  return {begin, href_.size()};
}

url::Record Url::record() const {
  url::Record record;
  record.scheme = scheme();
  record.username = username();
  record.password = password();
  if (hostPresence_ == Host::Present) record.host = std::string(hostname());
  record.port = port_;
  record.pathKind = pathKind_ == Path::Opaque ? url::PathKind::Opaque : url::PathKind::List;
  record.path = path();
  record.query = query();
  record.fragment = fragment();
  return record;
}

std::optional<std::uint16_t> Url::effectivePort() const noexcept {
  return port_ ? port_ : url::defaultPort(scheme());
}

bool Url::isSpecial() const noexcept {
  return url::isSpecialScheme(scheme());
}

std::string Url::origin() const {
  if (scheme() == "blob") {
    const auto inner = parse(path());
    const bool isHttp = inner && (inner->scheme() == "http" || inner->scheme() == "https");
    return isHttp ? inner->origin() : "null";
  }
  // A file has no origin that others could share.
  if (!isSpecial() || scheme() == "file") return "null";
  std::string out(scheme());
  out += "://";
  out += host();
  return out;
}

}  // namespace parley
