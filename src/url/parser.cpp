#include "url/parser.hpp"

#include "bytes/ascii.hpp"
#include "bytes/utf8.hpp"
#include "url/host.hpp"
#include "url/path.hpp"
#include "url/percent_encoding.hpp"
#include "url/scheme.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace parley::url {

namespace {

// The states of the standard. One takes all the code points at once that it would take one by one,
// so scheme start is a part of Scheme, and host and port are parts of Authority.
enum class State : std::uint8_t {
  Scheme,
  NoScheme,
  SpecialRelativeOrAuthority,
  PathOrAuthority,
  Relative,
  RelativeSlash,
  SpecialAuthoritySlashes,
  SpecialAuthorityIgnoreSlashes,
  Authority,
  File,
  FileSlash,
  FileHost,
  PathStart,
  Path,
  OpaquePath,
  Query,
  Fragment,
  Done,
  Failed,
};

class Parser {
 public:
  Parser(std::string_view input, const Record* base) noexcept : rest_(input), base_(base) {}

  std::optional<Record> run() {
    State state = State::Scheme;
    while (state != State::Done && state != State::Failed) state = step(state);
    if (state == State::Failed) return std::nullopt;
    return std::move(record_);
  }

 private:
  State step(State state);
  State scheme();
  State noScheme();
  State specialRelativeOrAuthority();
  State pathOrAuthority();
  State relative();
  State relativeSlash();
  State specialAuthoritySlashes();
  State specialAuthorityIgnoreSlashes();
  State authority();
  State file();
  State fileSlash();
  State fileHost();
  State pathStart();
  State path();
  State opaquePath();
  State query();
  State fragment();

  bool takeHostAndPort(std::string_view text);
  bool takePort(std::string_view digits);
  void takeCredentials(std::string_view text);
  State afterBasePath();
  State afterPath();

  [[nodiscard]] bool at(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }
  // Schemes that are special take a backslash for a slash.
  [[nodiscard]] bool atSlash() const noexcept { return at('/') || (special_ && at('\\')); }
  void skip(std::size_t count) noexcept { rest_.remove_prefix(count); }
  // Takes what is before the first of `ends`, or everything.
  std::string_view takeUntil(std::string_view ends) noexcept {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(ends));
    skip(taken.size());
    return taken;
  }
  [[nodiscard]] bool baseIsFile() const noexcept {
    return base_ != nullptr && base_->scheme == "file";
  }

  std::string_view rest_;
  const Record* base_;
  Record record_;
  bool special_ = false;
};

State Parser::step(State state) {
  switch (state) {
    case State::Scheme:
      return scheme();
    case State::NoScheme:
      return noScheme();
    case State::SpecialRelativeOrAuthority:
      return specialRelativeOrAuthority();
    case State::PathOrAuthority:
      return pathOrAuthority();
    case State::Relative:
      return relative();
    case State::RelativeSlash:
      return relativeSlash();
    case State::SpecialAuthoritySlashes:
      return specialAuthoritySlashes();
    case State::SpecialAuthorityIgnoreSlashes:
      return specialAuthorityIgnoreSlashes();
    case State::Authority:
      return authority();
    case State::File:
      return file();
    case State::FileSlash:
      return fileSlash();
    case State::FileHost:
      return fileHost();
    case State::PathStart:
      return pathStart();
    case State::Path:
      return path();
    case State::OpaquePath:
      return opaquePath();
    case State::Query:
      return query();
    case State::Fragment:
      return fragment();
    case State::Done:
    case State::Failed:
      break;
  }
  return state;
}

State Parser::scheme() {
  const auto isSchemeChar = [](char c) {
    return bytes::isAlphanumeric(c) || c == '+' || c == '-' || c == '.';
  };
  const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), isSchemeChar);
  if (end == rest_.begin() || end == rest_.end() || *end != ':') return State::NoScheme;
  const char first = bytes::toLower(rest_.front());
  if (first < 'a' || first > 'z') return State::NoScheme;
  record_.scheme.resize(static_cast<std::size_t>(end - rest_.begin()));
  std::transform(rest_.begin(), end, record_.scheme.begin(), bytes::toLower);
  special_ = isSpecialScheme(record_.scheme);
  skip(record_.scheme.size() + 1);
  if (record_.scheme == "file") return State::File;
  if (special_) {
    return base_ != nullptr && base_->scheme == record_.scheme ? State::SpecialRelativeOrAuthority
                                                               : State::SpecialAuthoritySlashes;
  }
  return at('/') ? State::PathOrAuthority : State::OpaquePath;
}

State Parser::noScheme() {
  if (base_ == nullptr) return State::Failed;
  if (base_->pathKind == PathKind::Opaque) {
    // Only a fragment can be told apart from an opaque path.
    if (!at('#')) return State::Failed;
    record_ = *base_;
    return afterPath();
  }
  return base_->scheme == "file" ? State::File : State::Relative;
}

State Parser::specialRelativeOrAuthority() {
  if (!rest_.starts_with("//")) return State::Relative;
  skip(2);
  return State::SpecialAuthorityIgnoreSlashes;
}

State Parser::pathOrAuthority() {
  const bool isAuthority = rest_.starts_with("//");
  skip(isAuthority ? 2 : 1);
  return isAuthority ? State::Authority : State::Path;
}

State Parser::relative() {
  record_.scheme = base_->scheme;
  special_ = isSpecialScheme(record_.scheme);
  if (atSlash()) {
    skip(1);
    return State::RelativeSlash;
  }
  record_ = *base_;
  return afterBasePath();
}

// The record has the path and the query of the base. What is left of the input replaces the
// fragment, or that and the query, or those and the path's last segment.
State Parser::afterBasePath() {
  record_.fragment.reset();
  if (rest_.empty() || at('#') || at('?')) return afterPath();
  record_.query.reset();
  if (record_.scheme == "file" && startsWithWindowsDriveLetter(rest_)) {
    record_.path.clear();
  } else {
    shortenPath(record_);
  }
  return State::Path;
}

State Parser::relativeSlash() {
  if (atSlash()) {
    skip(1);
    return special_ ? State::SpecialAuthorityIgnoreSlashes : State::Authority;
  }
  record_.username = base_->username;
  record_.password = base_->password;
  record_.host = base_->host;
  record_.port = base_->port;
  return State::Path;
}

State Parser::specialAuthoritySlashes() {
  if (rest_.starts_with("//")) skip(2);
  return State::SpecialAuthorityIgnoreSlashes;
}

State Parser::specialAuthorityIgnoreSlashes() {
  skip(std::min(rest_.find_first_not_of("/\\"), rest_.size()));
  return State::Authority;
}

State Parser::authority() {
  std::string_view text = takeUntil(special_ ? "/?#\\" : "/?#");
  // Only the last "@" ends the credentials; those before it belong to them.
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    takeCredentials(text.substr(0, at));
    text.remove_prefix(at + 1);
    if (text.empty()) return State::Failed;  // credentials for no host
  }
  return takeHostAndPort(text) ? State::PathStart : State::Failed;
}

void Parser::takeCredentials(std::string_view text) {
  const std::size_t colon = text.find(':');
  appendPercentEncoded(record_.username, text.substr(0, colon), EncodeSet::Userinfo);
  if (colon == std::string_view::npos) return;
  appendPercentEncoded(record_.password, text.substr(colon + 1), EncodeSet::Userinfo);
}

bool Parser::takeHostAndPort(std::string_view text) {
  bool insideBrackets = false;
  const auto* const colon = std::find_if(text.begin(), text.end(), [&insideBrackets](char c) {
    if (c == '[') insideBrackets = true;
    if (c == ']') insideBrackets = false;
    return c == ':' && !insideBrackets;
  });
  const std::string_view host = text.substr(0, static_cast<std::size_t>(colon - text.begin()));
  if (host.empty() && (special_ || colon != text.end())) return false;
  record_.host = parseHost(host, special_ ? HostKind::Special : HostKind::Opaque);
  if (!record_.host) return false;
  return colon == text.end() || takePort(text.substr(host.size() + 1));
}

bool Parser::takePort(std::string_view digits) {
  if (digits.empty()) return true;
  std::uint32_t port = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > 0xFFFF) return false;
  }
  record_.port = static_cast<std::uint16_t>(port);
  if (record_.port == defaultPort(record_.scheme)) record_.port.reset();
  return true;
}

State Parser::file() {
  record_.scheme = "file";
  special_ = true;
  record_.host = "";
  if (atSlash()) {
    skip(1);
    return State::FileSlash;
  }
  if (!baseIsFile()) return State::Path;
  record_.host = base_->host;
  record_.path = base_->path;
  record_.query = base_->query;
  return afterBasePath();
}

State Parser::fileSlash() {
  if (atSlash()) {
    skip(1);
    return State::FileHost;
  }
  if (baseIsFile()) {
    record_.host = base_->host;
    // A path from the root stays on the drive of the base unless it names one.
    const std::string_view drive = firstSegment(base_->path);
    if (!startsWithWindowsDriveLetter(rest_) && isNormalisedWindowsDriveLetter(drive)) {
      record_.path += '/';
      record_.path += drive;
    }
  }
  return State::Path;
}

State Parser::fileHost() {
  const std::string_view before = rest_;
  const std::string_view text = takeUntil("/\\?#");
  if (isWindowsDriveLetter(text)) {  // "file://C:/" has a path there, not a host
    rest_ = before;
    return State::Path;
  }
  if (text.empty()) return State::PathStart;
  record_.host = parseHost(text, HostKind::Special);
  if (!record_.host) return State::Failed;
  if (*record_.host == "localhost") record_.host = "";
  return State::PathStart;
}

State Parser::pathStart() {
  if (atSlash()) {
    skip(1);
    return State::Path;
  }
  if (special_) return State::Path;
  return rest_.empty() || at('?') || at('#') ? afterPath() : State::Path;
}

State Parser::path() {
  std::string_view text = takeUntil("?#");
  const std::string_view slashes = special_ ? "/\\" : "/";
  for (;;) {
    const std::size_t slash = text.find_first_of(slashes);
    if (slash == std::string_view::npos) break;
    appendSegment(record_, text.substr(0, slash), SegmentPlace::BeforeSlash);
    text.remove_prefix(slash + 1);
  }
  appendSegment(record_, text, SegmentPlace::Last);
  return afterPath();
}

State Parser::opaquePath() {
  record_.pathKind = PathKind::Opaque;
  std::string_view text = takeUntil("?#");
  // A space right before the query or fragment would be lost if those were taken away later.
  const bool encodeLastSpace = !rest_.empty() && text.ends_with(' ');
  if (encodeLastSpace) text.remove_suffix(1);
  appendPercentEncoded(record_.path, text, EncodeSet::C0Control);
  if (encodeLastSpace) record_.path += "%20";
  return afterPath();
}

State Parser::afterPath() {
  if (rest_.empty()) return State::Done;
  const State next = at('?') ? State::Query : State::Fragment;
  skip(1);
  return next;
}

State Parser::query() {
  record_.query.emplace();
  appendPercentEncoded(*record_.query, takeUntil("#"),
                       special_ ? EncodeSet::SpecialQuery : EncodeSet::Query);
  return afterPath();
}

State Parser::fragment() {
  record_.fragment.emplace();
  appendPercentEncoded(*record_.fragment, rest_, EncodeSet::Fragment);
  return State::Done;
}

// Without C0 controls and spaces at the ends, and without tabs and line breaks anywhere.
std::string clean(std::string_view input) {
  while (!input.empty() && static_cast<unsigned char>(input.front()) <= 0x20) {
    input.remove_prefix(1);
  }
  while (!input.empty() && static_cast<unsigned char>(input.back()) <= 0x20) {
    input.remove_suffix(1);
  }
  std::string out = bytes::replaceInvalidUtf8(input);
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](char c) { return c == '\t' || c == '\n' || c == '\r'; }),
            out.end());
  return out;
}

}  // namespace

std::optional<Record> parse(std::string_view input, const Record* base) {
  const std::string cleaned = clean(input);
  return Parser(cleaned, base).run();
}

}  // namespace parley::url
