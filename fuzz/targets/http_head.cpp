#include "bytes/ascii.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Oracles: the whole head against its pieces; a reader that splits the finished head at each CRLF;
// the writer against the parser; and the limits.

namespace parley::fuzz {

namespace {

using http::HeadLimits;
using http::RequestHead;
using http::ResponseHead;

template <typename Parser>
struct Reading {
  explicit Reading(const HeadLimits& limits) : parser(std::make_unique<Parser>(limits)) {}

  std::unique_ptr<Parser> parser;
  typename Parser::Status status = Parser::Status::NeedMore;
  std::size_t consumed = 0;
};

template <typename Parser>
Reading<Parser> read(Bytes bytes, const HeadLimits& limits, Splitter splitter) {
  using Status = typename Parser::Status;
  Reading<Parser> reading(limits);
  splitter.divide(bytes, [&](std::span<std::byte> piece) {
    const Status before = reading.status;
    const auto progress = reading.parser->feed(piece);
    reading.status = progress.status;
    reading.consumed += progress.consumed;
    require(progress.consumed <= piece.size(), "no more is consumed than there is");
    if (before != Status::NeedMore) {
      require(progress.consumed == 0 && progress.status == before, "an end is an end");
    } else if (progress.status == Status::NeedMore) {
      require(progress.consumed == piece.size(), "who needs more has consumed all");
    }
    // Handshakes move: nothing may point into the object.
    reading.parser = std::make_unique<Parser>(std::move(*reading.parser));
    return Appetite::More;
  });
  return reading;
}

bool same(const Headers& a, const Headers& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.value == y.value;
  });
}

bool same(const http::BodyFraming& a, const http::BodyFraming& b) {
  return a.contentLength == b.contentLength && a.transferCoding == b.transferCoding;
}

bool same(const RequestHead& a, const RequestHead& b) {
  return a.method == b.method && a.target == b.target && a.version == b.version &&
         same(a.headers, b.headers) && same(a.framing, b.framing);
}

bool same(const ResponseHead& a, const ResponseHead& b) {
  return a.status == b.status && a.reason == b.reason && a.version == b.version &&
         same(a.headers, b.headers) && same(a.framing, b.framing);
}

// ---- A finished head, read again ----

std::vector<std::string_view> linesOf(std::string_view head) {
  std::vector<std::string_view> lines;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    require(end != std::string_view::npos, "every line has its end");
    lines.push_back(head.substr(0, end));
    head.remove_prefix(end + 2);
  }
  return lines;
}

std::string_view nameOf(http::HttpVersion version) {
  return version == http::HttpVersion::Http10 ? "HTTP/1.0" : "HTTP/1.1";
}

void checkStartLine(std::string_view line, const RequestHead& head) {
  require(line == head.method + " " + head.target + " " + std::string(nameOf(head.version)),
          "the request line is its parts");
}

void checkStartLine(std::string_view line, const ResponseHead& head) {
  const std::string status = std::string(nameOf(head.version)) + " " + std::to_string(head.status);
  require(line == status + " " + head.reason || (line == status && head.reason.empty()),
          "the status line is its parts");
}

void checkField(std::string_view line, const Headers::Field& field) {
  require(line.find_first_not_of(" \t") == 0, "no line is folded");
  const std::size_t colon = line.find(':');
  require(line.substr(0, colon) == field.name && bytes::isToken(field.name), "the name is a token");
  require(bytes::trimOws(line.substr(colon + 1)) == field.value, "the value is what follows");
}

template <typename Head>
void checkLines(std::string_view text, const Head& head, const HeadLimits& limits) {
  require(text.size() <= limits.headBytes, "the head is within its limit");
  std::vector<std::string_view> lines = linesOf(text);
  if (std::is_same_v<Head, RequestHead> && lines.front().empty()) lines.erase(lines.begin());
  require(lines.back().empty(), "an empty line ends the head");
  lines.pop_back();
  require(lines.size() <= limits.lines, "the lines are within their limit");
  require(lines.front().size() <= limits.startLineBytes, "so is the first one");
  checkStartLine(lines.front(), head);
  require(lines.size() == head.headers.size() + 1, "every line is a field");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    require(lines[i].size() <= limits.fieldBytes, "so is every field");
    checkField(lines[i], head.headers.begin()[static_cast<std::ptrdiff_t>(i) - 1]);
  }
  for (const std::string_view line : lines) {
    require(std::all_of(line.begin(), line.end(),
                        [](char c) {
                          const auto byte = static_cast<unsigned char>(c);
                          return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
                        }),
            "no line holds a control character");
  }
}

void checkFraming(const http::BodyFraming& framing, const Headers& headers) {
  const auto length = headers.combined("Content-Length");
  require(framing.contentLength.has_value() == length.has_value(), "a length was said or not");
  if (length) {
    std::string_view digits = *length;
    while (digits.size() > 1 && digits.starts_with('0')) digits.remove_prefix(1);
    require(std::to_string(*framing.contentLength) == digits, "the length is what was said");
  }
  const bool isCoded = framing.transferCoding != http::TransferCoding::None;
  require(isCoded == headers.has("Transfer-Encoding"), "a coding was said or not");
  require(!isCoded || !length, "one of the two frames a body");
}

// ---- Written again ----

constexpr HeadLimits kNoLimits{std::size_t{1} << 20, 100'000, std::size_t{1} << 20,
                               std::size_t{1} << 20};

std::optional<std::string> write(const RequestHead& head) {
  return http::writeRequestHead(head.method, head.target, head.headers);
}

std::optional<std::string> write(const ResponseHead& head) {
  return http::writeResponseHead(head.status, head.headers);
}

template <typename Parser, typename Head>
void checkRewritten(Head head) {
  const auto text = write(head);
  require(text.has_value(), "what was read can be written");
  auto again = read<Parser>(asBytes(*text), kNoLimits, Splitter());
  // The writer speaks 1.1 only, where a request needs a Host.
  if (head.version == http::HttpVersion::Http10) return;
  require(again.status == Parser::Status::Done && again.consumed == text->size(),
          "what was written can be read");
  if constexpr (std::is_same_v<Head, ResponseHead>) head.reason = again.parser->head().reason;
  require(same(head, again.parser->head()), "parse(write(x)) is x");
}

HeadLimits limitsFrom(Input& input) {
  HeadLimits limits;
  const std::uint8_t choice = input.byte();
  if (choice < 128) return limits;
  limits.headBytes = input.byte();
  limits.lines = choice % 8U;
  limits.fieldBytes = input.byte();
  limits.startLineBytes = input.byte();
  return limits;
}

template <typename Parser>
void checkHead(Bytes data) {
  Input input(data);
  const HeadLimits limits = limitsFrom(input);
  Splitter splitter(input);
  const Bytes bytes = input.rest();
  auto whole = read<Parser>(bytes, limits, Splitter());
  auto pieces = read<Parser>(bytes, limits, splitter);
  require(whole.status == pieces.status && whole.consumed == pieces.consumed,
          "pieces end where the whole ends");
  require(same(whole.parser->head(), pieces.parser->head()), "pieces say what the whole says");
  require(whole.parser->hasRead() == pieces.parser->hasRead(), "bytes were read or not");
  if (whole.status == Parser::Status::Failed) {
    require(whole.parser->error() == pieces.parser->error(), "pieces fail like the whole");
    require(!http::describe(whole.parser->error()).empty(), "and say why");
  }
  if (whole.status != Parser::Status::Done) return;
  const auto& head = whole.parser->head();
  checkLines(asText(bytes.first(whole.consumed)), head, limits);
  checkFraming(head.framing, head.headers);
  checkRewritten<Parser>(head);
}

}  // namespace

void requestHead(Bytes data) {
  checkHead<http::RequestHeadParser>(data);
}

void responseHead(Bytes data) {
  checkHead<http::ResponseHeadParser>(data);
}

}  // namespace parley::fuzz
