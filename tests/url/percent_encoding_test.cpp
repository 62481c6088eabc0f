#include "url/percent_encoding.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(PercentEncoding, EachSetHoldsExactlyItsMarks) {
  const std::map<EncodeSet, std::string> sets{
      {EncodeSet::C0Control, ""},       {EncodeSet::Fragment, " \"<>`"},
      {EncodeSet::Query, " \"#<>"},     {EncodeSet::SpecialQuery, " \"#'<>"},
      {EncodeSet::Path, " \"#<>?^`{}"}, {EncodeSet::Userinfo, " \"#/:;<=>?@[\\]^`{|}"},
  };
  for (const auto& [set, expected] : sets) {
    std::string marks;
    for (char c = 0x20; c < 0x7F; ++c) {
      if (isInEncodeSet(c, set)) marks += c;
    }
    EXPECT_EQ(marks, expected);
  }
}

TEST(PercentEncoding, EverySetHoldsControlsAndWhatIsNotAscii) {
  for (const EncodeSet set : {EncodeSet::C0Control, EncodeSet::Userinfo}) {
    EXPECT_TRUE(isInEncodeSet('\0', set));
    EXPECT_TRUE(isInEncodeSet('\x1F', set));
    EXPECT_TRUE(isInEncodeSet('\x7F', set));
    EXPECT_TRUE(isInEncodeSet('\x80', set));
    EXPECT_TRUE(isInEncodeSet('\xFF', set));
  }
}

TEST(PercentEncoding, WritesCapitalsAndKeepsPercentSigns) {
  std::string out = "x";
  appendPercentEncoded(out, "a b%20\xC3\xBC", EncodeSet::Path);
  EXPECT_EQ(out, "xa%20b%20%C3%BC");
}

TEST(PercentEncoding, DecodesBothCases) {
  EXPECT_EQ(percentDecode("%c3%BC%41"),
            "\xC3\xBC"
            "A");
  EXPECT_EQ(percentDecode("%00"), std::string(1, '\0'));
}

TEST(PercentEncoding, LeavesWhatIsNoTriplet) {
  for (const char* const text : {"%", "%4", "%%", "%g1", "%1g", "a%", "100%!"}) {
    EXPECT_EQ(percentDecode(text), text);
  }
  EXPECT_EQ(percentDecode("%%41"), "%A");
  EXPECT_EQ(percentDecode("%2541"), "%41");  // once only
}

TEST(PercentEncoding, DecodingUndoesEncodingForEveryByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    if (byte != '%') bytes += static_cast<char>(byte);
  }
  std::string encoded;
  appendPercentEncoded(encoded, bytes, EncodeSet::Userinfo);
  EXPECT_EQ(percentDecode(encoded), bytes);
}

}  // namespace
}  // namespace parley::url
