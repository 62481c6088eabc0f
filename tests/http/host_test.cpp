#include "http/host.hpp"

#include <gtest/gtest.h>

namespace {

using parley::http::isValidHost;

TEST(Host, TakesNamesAddressesAndPorts) {
  for (const char* host :
       {"a", "example.com", "example.com:8080", "example.com:", "127.0.0.1:0", "[::1]",
        "[::1]:65535", "[v1.x]", "xn--bcher-kva.example", "a_b", "a%20b"}) {
    EXPECT_TRUE(isValidHost(host)) << host;
  }
}

TEST(Host, RefusesWhatCouldBeReadAsSomethingElse) {
  for (const char* host : {"",          ":80",      "a:b",   "a:65536", "a:99999999999999999999",
                           "a:-1",      "a:1:2",    "[::1",  "[]",      "[::1]x",
                           "::1",       "u@a",      "u:p@a", "a/b",     "a?b",
                           "a#b",       "a\\b",     "a b",   " a",      "a\t",
                           "a\r\nX: y", "\xC3\xA9", "[a b]", "[[]]"}) {
    EXPECT_FALSE(isValidHost(host)) << host;
  }
  EXPECT_FALSE(isValidHost(std::string_view("a\0b", 3)));
  EXPECT_FALSE(isValidHost(std::string_view("[a\0]", 4)));
}

}  // namespace
