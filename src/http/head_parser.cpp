#include "http/head_parser.hpp"

#include "bytes/ascii.hpp"
#include "http/body_framing.hpp"
#include "http/host.hpp"
#include "http/request_target.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace parley::http {
namespace {

using Outcome = std::optional<HeadError>;

bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// RFC 9112 section 2.3: "HTTP/" digit "." digit, in capitals.
Outcome parseVersion(std::string_view text, HttpVersion& version, HeadError malformed) noexcept {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !isDigit(text[5]) || text[6] != '.' ||
      !isDigit(text[7])) {
    return malformed;
  }
  if (text[5] != '1' || text[7] > '1') return HeadError::UnknownVersion;
  version = text[7] == '0' ? HttpVersion::Http10 : HttpVersion::Http11;
  return std::nullopt;
}

// RFC 9112 section 3: method SP target SP version, single blanks only.
Outcome parseStartLine(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return HeadError::MalformedRequestLine;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!bytes::isToken(method) || !isTargetText(target)) return HeadError::MalformedRequestLine;
  if (auto error =
          parseVersion(line.substr(last + 1), head.version, HeadError::MalformedRequestLine)) {
    return error;
  }
  if (!parseRequestTarget(target)) return HeadError::UnsupportedTarget;
  head.method = method;
  head.target = target;
  return std::nullopt;
}

// RFC 9112 section 4: version SP status SP reason. Some servers leave out the blank before an empty
// reason, which nothing can be mistaken for.
Outcome parseStartLine(std::string_view line, ResponseHead& head) {
  constexpr std::size_t kVersionEnd = 8;
  constexpr std::size_t kStatusEnd = 12;
  const bool shaped = line.size() >= kStatusEnd && line[kVersionEnd] == ' ' &&
                      (line.size() == kStatusEnd || line[kStatusEnd] == ' ');
  if (!shaped) return HeadError::MalformedStatusLine;
  if (auto error =
          parseVersion(line.substr(0, kVersionEnd), head.version, HeadError::MalformedStatusLine)) {
    return error;
  }
  const std::string_view digits = line.substr(kVersionEnd + 1, 3);
  // RFC 9110 section 15: a status outside 100..599 is invalid.
  if (!std::all_of(digits.begin(), digits.end(), isDigit) || digits[0] < '1' || digits[0] > '5') {
    return HeadError::MalformedStatusLine;
  }
  head.status = static_cast<std::uint16_t>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 +
                                           (digits[2] - '0'));
  if (line.size() > kStatusEnd) head.reason = line.substr(kStatusEnd + 1);
  return std::nullopt;
}

Outcome parseField(std::string_view line, Headers& headers) {
  // RFC 9112 section 5.2: folded lines are refused, also directly below the start line
  // (section 2.2).
  if (line.front() == ' ' || line.front() == '\t') return HeadError::LineFolding;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return HeadError::MissingColon;
  const std::string_view name = line.substr(0, colon);
  if (name.empty()) return HeadError::EmptyName;
  // RFC 9112 section 5.1: "Name :" must be answered with 400; readers differ in what they make of
  // it.
  if (name.back() == ' ' || name.back() == '\t') return HeadError::BlankBeforeColon;
  if (!headers.tryAppend(name, line.substr(colon + 1))) return HeadError::InvalidName;
  return std::nullopt;
}

// RFC 9112 section 3.2: exactly one valid Host in HTTP/1.1, else 400. It may be empty.
Outcome checkHost(const RequestHead& head) {
  const auto hosts = head.headers.getAll("Host");
  if (hosts.size() > 1) return HeadError::RepeatedHost;
  if (hosts.empty()) {
    if (head.version == HttpVersion::Http11) return HeadError::MissingHost;
    return std::nullopt;
  }
  if (!hosts.front().empty() && !isValidHost(hosts.front())) return HeadError::InvalidHost;
  return std::nullopt;
}

template <typename Head>
Outcome finishHead(Head& head) {
  const auto framing = readBodyFraming(head.headers, head.version);
  if (!framing) return framing.error();
  head.framing = *framing;
  if constexpr (std::is_same_v<Head, RequestHead>) {
    if (framing->transferCoding == TransferCoding::Other) return HeadError::UnknownTransferCoding;
    return checkHost(head);
  } else {
    return std::nullopt;  // the body of a response that we don't decode ends with the connection
  }
}

std::string_view asText(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

template <typename Head>
typename HeadParser<Head>::Progress HeadParser<Head>::feed(std::span<const std::byte> bytes) {
  const std::string_view input = asText(bytes);
  std::size_t consumed = 0;
  while (status_ == Status::NeedMore) {
    const auto kind = part_ == Part::Fields ? LineReader::Kind::Field : LineReader::Kind::Start;
    const auto step = reader_.read(input.substr(consumed), kind);
    consumed += step.consumed;
    switch (step.status) {
      case LineReader::Status::NeedMore:
        return {status_, consumed};
      case LineReader::Status::Failed:
        settle(reader_.error(), Status::NeedMore);
        break;
      case LineReader::Status::Line:
        takeLine(reader_.line());
        break;
    }
  }
  return {status_, consumed};
}

template <typename Head>
void HeadParser<Head>::takeLine(std::string_view line) {
  if (part_ != Part::Fields) return takeStartLine(line);
  if (line.empty()) return settle(finishHead(head_), Status::Done);
  if (++lines_ > lineLimit_) return settle(HeadError::TooManyLines, Status::NeedMore);
  settle(parseField(line, head_.headers), Status::NeedMore);
}

template <typename Head>
void HeadParser<Head>::takeStartLine(std::string_view line) {
  // RFC 9112 section 2.2: a server ignores an empty line before a request; one is enough, more of
  // them would be a way to send for ever.
  if (std::is_same_v<Head, RequestHead> && line.empty() && part_ == Part::Beginning) {
    part_ = Part::StartLine;
    return;
  }
  part_ = Part::Fields;
  if (++lines_ > lineLimit_) return settle(HeadError::TooManyLines, Status::NeedMore);
  settle(parseStartLine(line, head_), Status::NeedMore);
}

template <typename Head>
void HeadParser<Head>::settle(std::optional<HeadError> error, Status otherwise) noexcept {
  status_ = error ? Status::Failed : otherwise;
  if (error) error_ = *error;
}

template class HeadParser<RequestHead>;
template class HeadParser<ResponseHead>;

}  // namespace parley::http
