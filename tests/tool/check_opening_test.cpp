#include "opening.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

const Endpoint kEndpoint{"example.com:9000", "/chat"};
constexpr const char* kKey = "dGhlIHNhbXBsZSBub25jZQ==";

HttpHead headOf(const OpeningText& text) {
  std::string bytes = render(text, kEndpoint, kKey);
  return *takeHead(bytes);
}

std::optional<std::string> fault(const OpeningText& answer,
                                 const OpeningText& request = usualRequest()) {
  return faultOfAnswer(headOf(answer), headOf(request));
}

TEST(CheckOpening, RendersTheRequestOfTheRfc) {
  EXPECT_EQ(render(usualRequest(), kEndpoint, kKey),
            "GET /chat HTTP/1.1\r\nHost: example.com:9000\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n");
}

TEST(CheckOpening, EditsLines) {
  const OpeningText text = with(without(usualRequest(), "host"), "X: 1");
  EXPECT_TRUE(headOf(text).values("Host").empty());
  EXPECT_EQ(headOf(text).single("x"), "1");
  EXPECT_EQ(headOf(changed(text, "Upgrade", "Upgrade: other")).single("upgrade"), "other");
}

TEST(CheckOpening, JudgesAnswers) {
  EXPECT_FALSE(fault(usualAnswer()));
  for (const char* field : {"Upgrade", "Connection", "Sec-WebSocket-Accept"}) {
    EXPECT_TRUE(fault(without(usualAnswer(), field))) << field;
  }
  EXPECT_TRUE(fault(changed(usualAnswer(), "Sec-WebSocket-Accept", "Sec-WebSocket-Accept: {key}")));
  OpeningText status = usualAnswer();
  status.startLine = "HTTP/1.1 200 OK";
  EXPECT_TRUE(fault(status));
  const OpeningText chosen = with(usualAnswer(), "Sec-WebSocket-Protocol: b");
  EXPECT_TRUE(fault(chosen));
  EXPECT_FALSE(fault(chosen, with(usualRequest(), "Sec-WebSocket-Protocol: a, b")));
}

TEST(CheckHttpHead, WaitsForTheEmptyLine) {
  const std::string whole = render(usualRequest(), kEndpoint, kKey);
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    std::string part = whole.substr(0, cut);
    EXPECT_FALSE(takeHead(part)) << cut;
    part += whole.substr(cut) + "rest";
    EXPECT_TRUE(takeHead(part));
    EXPECT_EQ(part, "rest");
  }
}

TEST(CheckHttpHead, ReadsStatusesAndTokens) {
  std::string bytes =
      "HTTP/1.1 426 Upgrade Required\r\nConnection: keep-alive ,\tUpgrade\r\nodd\r\n\r\n";
  const auto head = takeHead(bytes);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status(), 426);
  EXPECT_TRUE(head->hasToken("connection", "upgrade"));
  EXPECT_FALSE(head->hasToken("connection", "keep"));
  EXPECT_EQ(head->single("odd"), "");
  EXPECT_EQ((HttpHead{"HTTP/1.1 abc", {}}.status()), std::nullopt);
  EXPECT_EQ((HttpHead{"hello", {}}.status()), std::nullopt);
}

TEST(CheckOpening, MakesDifferentKeysOf16Bytes) {
  EXPECT_EQ(keyNumber(1).size(), 24U);
  EXPECT_NE(keyNumber(1), keyNumber(2));
}

}  // namespace
}  // namespace parley::tool::check
