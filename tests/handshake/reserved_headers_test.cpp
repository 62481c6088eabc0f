#include <parley/dom_exception.hpp>
#include <parley/protocol/handshake.hpp>

#include <gtest/gtest.h>

namespace {

using parley::DOMException;
using parley::Headers;
using parley::protocol::checkApplicationHeaders;
using parley::protocol::HeaderUse;
using parley::protocol::isReservedHeader;

TEST(ReservedHeaders, AnOpeningKeepsItsOwnFieldsInAnyCase) {
  for (const char* name :
       {"Host", "UPGRADE", "connection", "Content-Length", "transfer-encoding", "TE", "Trailer",
        "Expect", "Keep-Alive", "Proxy-Connection", "Sec-WebSocket-Key", "sec-websocket-protocol",
        "Sec-WebSocket-Anything"}) {
    EXPECT_TRUE(isReservedHeader(name, HeaderUse::Opening)) << name;
  }
  for (const char* name : {"", "Authorization", "Cookie", "Origin", "User-Agent", "Sec-WebSocket",
                           "Sec-Fetch-Mode", "Hos", "Hosts", "X-Host"}) {
    EXPECT_FALSE(isReservedHeader(name, HeaderUse::Opening)) << name;
  }
}

TEST(ReservedHeaders, AResponseKeepsOnlyItsFraming) {
  for (const char* name :
       {"connection", "Content-Length", "Transfer-Encoding", "Trailer", "Keep-Alive"}) {
    EXPECT_TRUE(isReservedHeader(name, HeaderUse::Response)) << name;
  }
  for (const char* name : {"Upgrade", "Sec-WebSocket-Version", "Content-Type", "Host", "Allow"}) {
    EXPECT_FALSE(isReservedHeader(name, HeaderUse::Response)) << name;
  }
}

TEST(ReservedHeaders, CheckNamesTheOffender) {
  EXPECT_NO_THROW(checkApplicationHeaders(Headers{{"Cookie", "a"}}, HeaderUse::Opening));
  try {
    checkApplicationHeaders(Headers{{"Cookie", "a"}, {"sec-websocket-key", "b"}},
                            HeaderUse::Opening);
    FAIL();
  } catch (const DOMException& error) {
    EXPECT_EQ(error.name(), "SyntaxError");
    EXPECT_NE(error.message().find("sec-websocket-key"), std::string::npos);
  }
  EXPECT_THROW(checkApplicationHeaders(Headers{{"Connection", "close"}}, HeaderUse::Response),
               DOMException);
}

}  // namespace
