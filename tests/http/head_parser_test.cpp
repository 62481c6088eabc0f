#include "http/head_parser.hpp"

#include "http/divisions.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::Headers;
using parley::http::HeadError;
using parley::http::HeadLimits;
using parley::http::HttpVersion;
using parley::http::RequestHeadParser;
using parley::http::ResponseHeadParser;
using parley::http::TransferCoding;
using parley::testing::asBytes;
using parley::testing::forEachDivision;
using parley::testing::Pieces;

/// What came of a head, however it arrived.
template <typename Parser>
struct Outcome {
  typename Parser::Status status = Parser::Status::NeedMore;
  std::size_t consumed = 0;
  Parser parser;
};

template <typename Parser>
Outcome<Parser> parse(const Pieces& pieces, const HeadLimits& limits = {}) {
  Outcome<Parser> outcome{Parser::Status::NeedMore, 0, Parser(limits)};
  for (const auto& piece : pieces) {
    const auto progress = outcome.parser.feed(piece);
    outcome.status = progress.status;
    outcome.consumed += progress.consumed;
    if (progress.status != Parser::Status::NeedMore) break;
    EXPECT_EQ(progress.consumed, piece.size());
  }
  return outcome;
}

template <typename Parser>
void expectError(const std::string& text, HeadError error, const HeadLimits& limits = {}) {
  std::optional<std::size_t> consumed;
  forEachDivision(text, [&](const Pieces& pieces) {
    auto outcome = parse<Parser>(pieces, limits);
    ASSERT_EQ(outcome.status, Parser::Status::Failed) << text;
    EXPECT_EQ(describe(outcome.parser.error()), describe(error)) << text;
    if (!consumed) consumed = outcome.consumed;
    EXPECT_EQ(outcome.consumed, *consumed) << text;
    EXPECT_EQ(outcome.parser.feed(asBytes("GET / HTTP/1.1\r\n\r\n")).consumed, 0U);
  });
}

void expectRequestError(const std::string& text, HeadError error, const HeadLimits& limits = {}) {
  expectError<RequestHeadParser>(text, error, limits);
}
void expectResponseError(const std::string& text, HeadError error) {
  expectError<ResponseHeadParser>(text, error);
}

std::string requestWith(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

TEST(RequestHeadParser, ReadsTheSampleOfTheRfcInEveryDivision) {
  const std::string head =
      "GET /chat?x=1 HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
      "Connection:Upgrade\r\nX-Padded: \t two words\t \r\nX-Empty:\r\nX-8bit: \xE9\r\n\r\n";
  forEachDivision(head, [&](const Pieces& pieces) {
    auto outcome = parse<RequestHeadParser>(pieces);
    ASSERT_EQ(outcome.status, RequestHeadParser::Status::Done);
    EXPECT_EQ(outcome.consumed, head.size());
    const auto& read = outcome.parser.head();
    EXPECT_EQ(read.method, "GET");
    EXPECT_EQ(read.target, "/chat?x=1");
    EXPECT_EQ(read.version, HttpVersion::Http11);
    EXPECT_EQ(read.headers.size(), 6U);
    EXPECT_EQ(read.headers.get("connection"), "Upgrade");
    EXPECT_EQ(read.headers.get("x-padded"), "two words");
    EXPECT_EQ(read.headers.get("x-empty"), "");
    EXPECT_EQ(read.headers.get("x-8bit"), "\xE9");
  });
}

TEST(RequestHeadParser, LeavesWhatFollowsTheHead) {
  const std::string head = requestWith("");
  const std::string text = head + "\x81\x85\r\n\r\nmore";
  forEachDivision(text, [&](const Pieces& pieces) {
    auto outcome = parse<RequestHeadParser>(pieces);
    ASSERT_EQ(outcome.status, RequestHeadParser::Status::Done);
    EXPECT_EQ(outcome.consumed, head.size());
    EXPECT_EQ(outcome.parser.feed(asBytes("x")).consumed, 0U);
  });
}

TEST(RequestHeadParser, NeedsMoreForEveryProperPrefix) {
  const std::string head = requestWith("A: b\r\n");
  for (std::size_t length = 0; length < head.size(); ++length) {
    auto outcome = parse<RequestHeadParser>({asBytes(head).first(length)});
    EXPECT_EQ(outcome.status, RequestHeadParser::Status::NeedMore) << length;
    EXPECT_EQ(outcome.consumed, length);
    EXPECT_EQ(outcome.parser.hasRead(), length != 0);
  }
}

TEST(RequestHeadParser, SurvivesAMoveWithinAnyLine) {
  const std::string head = requestWith("A: b\r\n");
  for (std::size_t cut = 0; cut <= head.size(); ++cut) {
    RequestHeadParser first;
    first.feed(asBytes(head).first(cut));
    RequestHeadParser second = std::move(first);
    second.feed(asBytes(head).subspan(cut));
    EXPECT_EQ(second.head().headers.get("A"), "b") << cut;
    EXPECT_EQ(second.head().headers.get("Host"), "a") << cut;
  }
}

TEST(RequestHeadParser, SkipsOneEmptyLineBeforeTheRequest) {
  auto outcome = parse<RequestHeadParser>({asBytes("\r\n" + requestWith(""))});
  EXPECT_EQ(outcome.status, RequestHeadParser::Status::Done);
  expectRequestError("\r\n\r\n" + requestWith(""), HeadError::MalformedRequestLine);
}

TEST(RequestHeadParser, ReadsHttp10WithoutHost) {
  auto outcome = parse<RequestHeadParser>({asBytes("GET / HTTP/1.0\r\n\r\n")});
  ASSERT_EQ(outcome.status, RequestHeadParser::Status::Done);
  EXPECT_EQ(outcome.parser.head().version, HttpVersion::Http10);
}

TEST(RequestHeadParser, ReadsFraming) {
  auto length = parse<RequestHeadParser>({asBytes(requestWith("content-length: 007\r\n"))});
  EXPECT_EQ(length.parser.head().framing.contentLength, 7U);
  auto chunked = parse<RequestHeadParser>({asBytes(requestWith("Transfer-Encoding: CHUNKED\r\n"))});
  EXPECT_EQ(chunked.parser.head().framing.transferCoding, TransferCoding::Chunked);
  auto none = parse<RequestHeadParser>({asBytes(requestWith(""))});
  EXPECT_EQ(none.parser.head().framing.transferCoding, TransferCoding::None);
  EXPECT_EQ(none.parser.head().framing.contentLength, std::nullopt);
}

TEST(RequestHeadParser, RefusesMalformedRequestLines) {
  for (const char* line : {"",
                           "GET",
                           "GET /",
                           "GET / ",
                           "GET  / HTTP/1.1",
                           "GET /  HTTP/1.1",
                           " GET / HTTP/1.1",
                           "GET / HTTP/1.1 ",
                           "GET / http/1.1",
                           "GET / HTTP/1",
                           "GET / HTTP/11",
                           "GET / HTTP/1.10",
                           "GET / HTTP/a.b",
                           "GET / FTTP/1.1",
                           "GET\t/ HTTP/1.1",
                           "GET /a b HTTP/1.1",
                           "GET /#fragment HTTP/1.1",
                           "GET /caf\xC3\xA9 HTTP/1.1",
                           "G(T / HTTP/1.1",
                           "G\xC3\x89T / HTTP/1.1",
                           "/ HTTP/1.1",
                           "GET HTTP/1.1"}) {
    // A single empty line is skipped, so the empty one stands twice.
    const std::string start = *line == '\0' ? "\r\n"s : std::string(line);
    expectRequestError(start + "\r\nHost: a\r\n\r\n", HeadError::MalformedRequestLine);
  }
}

TEST(RequestHeadParser, RefusesOtherVersions) {
  for (const char* version : {"0.9", "1.2", "1.9", "2.0", "3.0", "0.0"}) {
    expectRequestError("GET / HTTP/"s + version + "\r\nHost: a\r\n\r\n", HeadError::UnknownVersion);
  }
  expectRequestError("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HeadError::UnknownVersion);
}

TEST(RequestHeadParser, RefusesTargetsThatAnOriginDoesNotServe) {
  for (const char* target : {"*", "example.com:443", "ftp://a/", "http:///x", "http://u@a/", "x"}) {
    expectRequestError("GET "s + target + " HTTP/1.1\r\nHost: a\r\n\r\n",
                       HeadError::UnsupportedTarget);
  }
}

TEST(RequestHeadParser, RefusesEveryControlCharacterEverywhere) {
  for (int i = 0; i < 0x20; ++i) {
    if (i == '\t' || i == '\r' || i == '\n') continue;
    const std::string c(1, static_cast<char>(i));
    expectRequestError("GE" + c + "T / HTTP/1.1\r\n\r\n", HeadError::ControlCharacter);
    expectRequestError(requestWith("A" + c + ": b\r\n"), HeadError::ControlCharacter);
    expectRequestError(requestWith("A: b" + c + "c\r\n"), HeadError::ControlCharacter);
  }
  expectRequestError(requestWith("A: \x7F\r\n"), HeadError::ControlCharacter);
}

TEST(RequestHeadParser, RefusesBareLineEnds) {
  expectRequestError("GET / HTTP/1.1\nHost: a\n\n", HeadError::BareLineFeed);
  expectRequestError(requestWith("A: b\nB: c\r\n"), HeadError::BareLineFeed);
  expectRequestError("GET / HTTP/1.1\r\nHost: a\r\n\n", HeadError::BareLineFeed);
  expectRequestError("GET / HTTP/1.1\rHost: a\r\n\r\n", HeadError::BareCarriageReturn);
  expectRequestError(requestWith("A: b\rc\r\n"), HeadError::BareCarriageReturn);
  expectRequestError(requestWith("A: b\r\r\n"), HeadError::BareCarriageReturn);
}

TEST(RequestHeadParser, RefusesFoldedLines) {
  expectRequestError(requestWith("A: b\r\n c\r\n"), HeadError::LineFolding);
  expectRequestError(requestWith("A: b\r\n\tc\r\n"), HeadError::LineFolding);
  expectRequestError("GET / HTTP/1.1\r\n Host: a\r\n\r\n", HeadError::LineFolding);
  expectRequestError(requestWith("A: b\r\n \r\n"), HeadError::LineFolding);
}

TEST(RequestHeadParser, RefusesMalformedFields) {
  expectRequestError(requestWith("A\r\n"), HeadError::MissingColon);
  expectRequestError(requestWith(": b\r\n"), HeadError::EmptyName);
  expectRequestError(requestWith("A : b\r\n"), HeadError::BlankBeforeColon);
  expectRequestError(requestWith("A\t: b\r\n"), HeadError::BlankBeforeColon);
  expectRequestError(requestWith("A B: c\r\n"), HeadError::InvalidName);
  expectRequestError(requestWith("A(: c\r\n"), HeadError::InvalidName);
  expectRequestError(requestWith("caf\xC3\xA9: c\r\n"), HeadError::InvalidName);
}

TEST(RequestHeadParser, RefusesMissingRepeatedAndMalformedHosts) {
  expectRequestError("GET / HTTP/1.1\r\n\r\n", HeadError::MissingHost);
  expectRequestError(requestWith("host: a\r\n"), HeadError::RepeatedHost);
  expectRequestError("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", HeadError::RepeatedHost);
  for (const char* host : {"a b", "a, b", "u@a", "a/b", "a:b", "a:65536", "[::1", "\xC3\xA9"}) {
    expectRequestError("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n", HeadError::InvalidHost);
  }
}

TEST(RequestHeadParser, RefusesEveryAmbiguousLength) {
  expectRequestError(requestWith("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
                     HeadError::LengthWithTransferEncoding);
  expectRequestError(requestWith("Transfer-Encoding: x\r\nContent-Length: 0\r\n"),
                     HeadError::LengthWithTransferEncoding);
  expectRequestError(requestWith("Content-Length: 1\r\nContent-Length: 1\r\n"),
                     HeadError::RepeatedContentLength);
  expectRequestError(requestWith("Content-Length: 1\r\ncontent-length: 2\r\n"),
                     HeadError::RepeatedContentLength);
  for (const char* length : {"", "-1", "+1", "1,1", "1, 1", "0x1", "1 1", "1e3", "one", "1.0",
                             "18446744073709551616", "99999999999999999999999"}) {
    expectRequestError(requestWith("Content-Length: "s + length + "\r\n"),
                       HeadError::MalformedContentLength);
  }
}

TEST(RequestHeadParser, RefusesOtherTransferCodings) {
  for (const char* coding : {"gzip, chunked", "identity", "chunked, chunked", "xchunked", ""}) {
    expectRequestError(requestWith("Transfer-Encoding: "s + coding + "\r\n"),
                       HeadError::UnknownTransferCoding);
  }
  expectRequestError(requestWith("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                     HeadError::UnknownTransferCoding);
  expectRequestError("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                     HeadError::TransferEncodingBefore11);
}

TEST(ResponseHeadParser, ReadsStatusLinesInEveryDivision) {
  const std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
  forEachDivision(head, [&](const Pieces& pieces) {
    auto outcome = parse<ResponseHeadParser>(pieces);
    ASSERT_EQ(outcome.status, ResponseHeadParser::Status::Done);
    EXPECT_EQ(outcome.consumed, head.size());
    EXPECT_EQ(outcome.parser.head().status, 101);
    EXPECT_EQ(outcome.parser.head().reason, "Switching Protocols");
    EXPECT_EQ(outcome.parser.head().headers.get("upgrade"), "websocket");
  });
}

TEST(ResponseHeadParser, TakesAnyReasonOrNone) {
  for (const char* reason : {"", " ", " OK", "  two", " \xE9\t!"}) {
    auto outcome = parse<ResponseHeadParser>({asBytes("HTTP/1.0 404"s + reason + "\r\n\r\n")});
    ASSERT_EQ(outcome.status, ResponseHeadParser::Status::Done) << reason;
    EXPECT_EQ(outcome.parser.head().status, 404);
    EXPECT_EQ(outcome.parser.head().version, HttpVersion::Http10);
    EXPECT_EQ(outcome.parser.head().reason, std::string(reason).substr(*reason == '\0' ? 0 : 1));
  }
}

TEST(ResponseHeadParser, RefusesMalformedStatusLines) {
  for (const char* line : {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 10", "HTTP/1.1 1010",
                           "HTTP/1.1 1a1 x", "HTTP/1.1  101 x", "HTTP/1.1\t101 x", "HTTP/1.1 -10 x",
                           "HTTP/1.1 099 x", "HTTP/1.1 600 x", "HTTP/1.1 999 x", "http/1.1 101 x",
                           "HTTP/1 101 x", "SSH-2.0-OpenSSH_9.2", "101 OK", "HTTP/1.1 101\tOK"}) {
    expectResponseError(line + "\r\n\r\n"s, HeadError::MalformedStatusLine);
  }
  expectResponseError("HTTP/2.0 200 OK\r\n\r\n", HeadError::UnknownVersion);
}

TEST(ResponseHeadParser, RefusesAmbiguousLengthsButNotCodings) {
  expectResponseError("HTTP/1.1 401 x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                      HeadError::RepeatedContentLength);
  expectResponseError("HTTP/1.1 401 x\r\nContent-Length: 1\r\nTransfer-Encoding: gzip\r\n\r\n",
                      HeadError::LengthWithTransferEncoding);
  auto coded = parse<ResponseHeadParser>(
      {asBytes("HTTP/1.1 401 x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")});
  ASSERT_EQ(coded.status, ResponseHeadParser::Status::Done);
  EXPECT_EQ(coded.parser.head().framing.transferCoding, TransferCoding::Other);
}

TEST(ResponseHeadParser, RefusesATlsAlertAtItsFirstByte) {
  auto outcome = parse<ResponseHeadParser>({asBytes("\x15\x03\x01")});
  EXPECT_EQ(outcome.status, ResponseHeadParser::Status::Failed);
  EXPECT_EQ(outcome.parser.error(), HeadError::ControlCharacter);
}

HeadLimits small() {
  HeadLimits limits;
  limits.headBytes = 80;
  limits.lines = 4;
  limits.fieldBytes = 24;
  limits.startLineBytes = 20;
  return limits;
}

TEST(HeadLimits, FieldOfExactlyTheLimitPassesAndOneByteMoreFails) {
  const std::string most = "A: " + std::string(21, 'x');
  auto outcome = parse<RequestHeadParser>({asBytes(requestWith(most + "\r\n"))}, small());
  EXPECT_EQ(outcome.status, RequestHeadParser::Status::Done);
  expectRequestError(requestWith(most + "x\r\n"), HeadError::FieldTooLarge, small());
}

TEST(HeadLimits, StartLineOfExactlyTheLimitPassesAndOneByteMoreFails) {
  const std::string tail = " HTTP/1.1\r\nHost: a\r\n\r\n";
  auto outcome = parse<RequestHeadParser>({asBytes("GET /123456" + tail)}, small());
  EXPECT_EQ(outcome.status, RequestHeadParser::Status::Done);
  expectRequestError("GET /1234567" + tail, HeadError::StartLineTooLong, small());
}

TEST(HeadLimits, CountsTheRequestLineAsALine) {
  auto outcome = parse<RequestHeadParser>({asBytes(requestWith("A:\r\nB:\r\n"))}, small());
  EXPECT_EQ(outcome.status, RequestHeadParser::Status::Done);
  expectRequestError(requestWith("A:\r\nB:\r\nC:\r\n"), HeadError::TooManyLines, small());
}

TEST(HeadLimits, HeadOfExactlyTheLimitPassesAndOneByteMoreFails) {
  std::string head = requestWith("A: 123456789012345678\r\nB: 123456789012345678\r\n");
  HeadLimits limits = small();
  limits.headBytes = head.size();
  auto outcome = parse<RequestHeadParser>({asBytes(head)}, limits);
  EXPECT_EQ(outcome.status, RequestHeadParser::Status::Done);
  for (std::size_t less = 1; less <= head.size(); ++less) {
    limits.headBytes = head.size() - less;
    expectRequestError(head, HeadError::HeadTooLarge, limits);
  }
}

TEST(HeadLimits, DefaultsAre16KiBAnd128Lines) {
  std::string most = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 126; ++i) most += "A: b\r\n";
  EXPECT_EQ(parse<RequestHeadParser>({asBytes(most + "\r\n")}).status,
            RequestHeadParser::Status::Done);
  auto lines = parse<RequestHeadParser>({asBytes(most + "A: b\r\n\r\n")});
  EXPECT_EQ(lines.parser.error(), HeadError::TooManyLines);

  std::string large = "GET / HTTP/1.1\r\nHost: a\r\n";
  while (large.size() <= 16U * 1024) large += "A: " + std::string(500, 'x') + "\r\n";
  auto head = parse<RequestHeadParser>({asBytes(large)});
  EXPECT_EQ(head.parser.error(), HeadError::HeadTooLarge);
  EXPECT_EQ(head.consumed, 16U * 1024);
}

// 4 MiB of one line that trickles in. A parser that goes back to the start of the line, or that
// copies it, for every byte would need 10^13 steps: this program's time limit is the assertion.
TEST(HeadLimits, LongLineInSingleBytesIsLinear) {
  HeadLimits limits;
  limits.headBytes = limits.fieldBytes = std::size_t{1} << 30;
  RequestHeadParser parser(limits);
  parser.feed(asBytes("GET / HTTP/1.1\r\nHost: a\r\nA: "));
  const std::string byte = "x";
  constexpr std::size_t kLength = std::size_t{4} << 20;
  for (std::size_t i = 0; i < kLength; ++i) {
    ASSERT_EQ(parser.feed(asBytes(byte)).status, RequestHeadParser::Status::NeedMore);
  }
  EXPECT_EQ(parser.feed(asBytes("\r\n\r\n")).status, RequestHeadParser::Status::Done);
  EXPECT_EQ(parser.head().headers.get("A")->size(), kLength);
}

TEST(HeadLimits, ManyShortLinesInSingleBytesAreLinear) {
  HeadLimits limits;
  limits.headBytes = limits.lines = std::size_t{1} << 30;
  RequestHeadParser parser(limits);
  parser.feed(asBytes("GET / HTTP/1.1\r\nHost: a\r\n"));
  const std::string line = "A:\r\n";
  constexpr std::size_t kLines = std::size_t{1} << 18;
  for (std::size_t i = 0; i < kLines; ++i) {
    for (const char& c : line) parser.feed(asBytes(std::string_view(&c, 1)));
  }
  EXPECT_EQ(parser.feed(asBytes("\r\n")).status, RequestHeadParser::Status::Done);
  EXPECT_EQ(parser.head().headers.size(), kLines + 1);
}

TEST(HeadError, SuggestsAStatusOfItsOwnKind) {
  EXPECT_EQ(statusFor(HeadError::HeadTooLarge), 431);
  EXPECT_EQ(statusFor(HeadError::TooManyLines), 431);
  EXPECT_EQ(statusFor(HeadError::FieldTooLarge), 431);
  EXPECT_EQ(statusFor(HeadError::StartLineTooLong), 414);
  EXPECT_EQ(statusFor(HeadError::UnknownVersion), 505);
  EXPECT_EQ(statusFor(HeadError::UnknownTransferCoding), 501);
  EXPECT_EQ(statusFor(HeadError::LineFolding), 400);
  EXPECT_EQ(statusFor(HeadError::LengthWithTransferEncoding), 400);
}

}  // namespace
