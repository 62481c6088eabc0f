#include "frame/close_payload.hpp"

#include "bytes/byte_literals.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace parley::frame {
namespace {

using tests::asBytes;
using tests::asText;
using tests::ExactCopy;

std::string bodyOf(unsigned code, std::string_view reason) {
  return std::string{static_cast<char>(code >> 8U), static_cast<char>(code)}.append(reason);
}

std::string encoded(CloseCode code, std::string_view reason) {
  std::array<std::byte, kMaxControlPayload> room{};
  const std::size_t size = encodeClosePayload(room, code, reason);
  return std::string(asText(std::span(room).first(size)));
}

TEST(ClosePayload, ReadsAnEmptyBodyAsNoStatus) {
  EXPECT_EQ(parseClosePayload({}), CloseParse(CloseWithoutStatus{}));
}

TEST(ClosePayload, RefusesABodyOfOneByte) {
  for (const std::string_view body : {"\x03", "\xFF", "a"}) {
    EXPECT_EQ(parseClosePayload(ExactCopy(asBytes(body)).bytes()),
              CloseParse(CloseViolation::Truncated));
  }
}

TEST(ClosePayload, AcceptsExactlyTheCodesOfTheStandard) {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const bool isLegal = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                         (code >= 3000 && code <= 4999);
    const std::string body = bodyOf(code, "");
    const CloseParse result = parseClosePayload(asBytes(body));
    if (isLegal) {
      ASSERT_EQ(result, CloseParse(CloseStatus{CloseCode(code), ""})) << code;
    } else {
      ASSERT_EQ(result, CloseParse(CloseViolation::IllegalCode)) << code;
    }
  }
}

TEST(ClosePayload, ReadsTheReasonAsAViewIntoTheBody) {
  const std::string body = bodyOf(1001, "na\xC3\xAFve\xEF\xBB\xBF");
  const CloseParse result = parseClosePayload(asBytes(body));
  const auto* status = std::get_if<CloseStatus>(&result);
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(status->code, CloseCode::kGoingAway);
  EXPECT_EQ(status->reason, "na\xC3\xAFve\xEF\xBB\xBF");
  EXPECT_EQ(status->reason.data(), body.data() + 2);
}

TEST(ClosePayload, JudgesABodyCutAtEveryPlace) {
  const std::string body = bodyOf(3000, "a\xF0\x9F\x98\x80z");
  for (std::size_t size = 2; size <= body.size(); ++size) {
    const CloseParse result = parseClosePayload(ExactCopy(asBytes(body).first(size)).bytes());
    const bool isCutInside = size > 3 && size < 7;
    EXPECT_EQ(std::holds_alternative<CloseStatus>(result), !isCutInside) << size;
    EXPECT_EQ(std::holds_alternative<CloseViolation>(result), isCutInside) << size;
  }
}

TEST(ClosePayload, RefusesAReasonThatIsNotUtf8) {
  for (const std::string_view reason : {"\xFF", "ab\xC3", "\xED\xA0\x80", "\xC0\x80"}) {
    EXPECT_EQ(parseClosePayload(asBytes(bodyOf(1000, reason))),
              CloseParse(CloseViolation::ReasonNotUtf8));
  }
}

TEST(ClosePayload, RefusesTheCodeBeforeItLooksAtTheReason) {
  EXPECT_EQ(parseClosePayload(asBytes(bodyOf(1005, "\xFF"))),
            CloseParse(CloseViolation::IllegalCode));
}

TEST(ClosePayload, EncodesCodeAndReason) {
  EXPECT_EQ(encoded(CloseCode::kNormalClosure, ""), bodyOf(1000, ""));
  EXPECT_EQ(encoded(CloseCode(4999), "bye"), bodyOf(4999, "bye"));
}

TEST(ClosePayload, EveryReasonThatFitsSurvivesARoundTrip) {
  for (std::size_t size = 0; size <= kMaxCloseReason; ++size) {
    const std::string reason(size, 'r');
    const std::string body = encoded(CloseCode::kGoingAway, reason);
    EXPECT_EQ(body.size(), size + 2);
    EXPECT_EQ(parseClosePayload(asBytes(body)),
              CloseParse(CloseStatus{CloseCode::kGoingAway, reason}));
  }
}

TEST(ClosePayload, CutsALongReasonBetweenCodePoints) {
  for (const std::string_view letter : {"a", "\xC3\xA9", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"}) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
      std::string reason(shift, 's');
      while (reason.size() < 200) reason += letter;
      const std::string body = encoded(CloseCode::kInternalError, reason);
      const std::size_t kept = body.size() - 2;
      EXPECT_LE(kept, kMaxCloseReason);
      EXPECT_GT(kept + letter.size(), kMaxCloseReason);
      EXPECT_EQ(parseClosePayload(asBytes(body)),
                CloseParse(CloseStatus{CloseCode::kInternalError, reason.substr(0, kept)}));
    }
  }
}

TEST(ClosePayload, KeepsAReasonOf123BytesWhateverItEndsWith) {
  const std::string reason = std::string(119, 'r').append("\xF0\x9F\x98\x80");
  EXPECT_EQ(encoded(CloseCode::kNormalClosure, reason), bodyOf(1000, reason));
}

TEST(CloseViolations, AreAnsweredWithTheCodeOfTheStandardAndAReasonThatFits) {
  EXPECT_EQ(closeCodeFor(CloseViolation::Truncated), CloseCode::kProtocolError);
  EXPECT_EQ(closeCodeFor(CloseViolation::IllegalCode), CloseCode::kProtocolError);
  EXPECT_EQ(closeCodeFor(CloseViolation::ReasonNotUtf8), CloseCode::kInvalidPayload);
  for (const auto violation :
       {CloseViolation::Truncated, CloseViolation::IllegalCode, CloseViolation::ReasonNotUtf8}) {
    EXPECT_FALSE(describe(violation).empty());
    EXPECT_LE(describe(violation).size(), kMaxCloseReason);
  }
}

}  // namespace
}  // namespace parley::frame
