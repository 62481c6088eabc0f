#include "http/head_writer.hpp"

#include "http/divisions.hpp"
#include "http/head_parser.hpp"
#include "http/status_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::Headers;
using parley::http::RequestHeadParser;
using parley::http::ResponseHeadParser;
using parley::http::writeRequestHead;
using parley::http::writeResponseHead;
using parley::testing::asBytes;

TEST(HeadWriter, WritesRequests) {
  EXPECT_EQ(writeRequestHead("GET", "/a?b", Headers{{"Host", "c"}, {"X", ""}}),
            "GET /a?b HTTP/1.1\r\nHost: c\r\nX: \r\n\r\n");
}

TEST(HeadWriter, WritesResponses) {
  EXPECT_EQ(writeResponseHead(101, Headers{{"Upgrade", "websocket"}}),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(writeResponseHead(299, Headers{}), "HTTP/1.1 299 \r\n\r\n");
}

TEST(HeadWriter, RefusesWhatWouldEndTheRequestLine) {
  for (const std::string& bad : {""s, "/a b"s, "/\r\nX: y"s, "/\n"s, "/\r"s, "/\0"s, "/#f"s, "/\t"s,
                                 "/\xC3\xA9"s, "/\x7F"s}) {
    EXPECT_FALSE(writeRequestHead("GET", bad, Headers{})) << bad;
  }
  for (const std::string& bad : {""s, "GET "s, "G\nT"s, "G\0T"s, "GET /x"s}) {
    EXPECT_FALSE(writeRequestHead(bad, "/", Headers{})) << bad;
  }
}

TEST(HeadWriter, RefusesStatusesOutsideTheRange) {
  for (const int status : {0, 99, 600, 1010, 65535}) {
    EXPECT_FALSE(writeResponseHead(static_cast<std::uint16_t>(status), Headers{})) << status;
  }
}

TEST(HeadWriter, WhatItWritesIsReadBack) {
  const Headers headers{{"Host", "a"}, {"X-8bit", "caf\xE9"}, {"x-tab", "a\tb"}, {"Host2", ""}};
  RequestHeadParser requests;
  const auto request = writeRequestHead("M-SEARCH", "/%20?a=b", headers);
  ASSERT_EQ(requests.feed(asBytes(*request)).status, RequestHeadParser::Status::Done);
  EXPECT_EQ(requests.head().method, "M-SEARCH");
  EXPECT_EQ(
      writeRequestHead(requests.head().method, requests.head().target, requests.head().headers),
      request);

  ResponseHeadParser responses;
  const auto response = writeResponseHead(426, headers);
  ASSERT_EQ(responses.feed(asBytes(*response)).status, ResponseHeadParser::Status::Done);
  EXPECT_EQ(responses.head().reason, "Upgrade Required");
  EXPECT_EQ(writeResponseHead(responses.head().status, responses.head().headers), response);
}

}  // namespace
