#include <parley/dom_exception.hpp>

#include <string>

#include <gtest/gtest.h>

namespace {

using parley::DOMException;

struct Case {
  DOMException::Name name;
  const char* spelling;
  int code;
};

class DomExceptionNames : public testing::TestWithParam<Case> {};

TEST_P(DomExceptionNames, HasTheSpellingAndLegacyCodeOfTheStandard) {
  const DOMException error(GetParam().name, "bad value");
  EXPECT_EQ(error.name(), GetParam().spelling);
  EXPECT_EQ(error.code(), GetParam().code);
  EXPECT_EQ(error.message(), "bad value");
  EXPECT_EQ(std::string(error.what()), std::string(GetParam().spelling) + ": bad value");
}

INSTANTIATE_TEST_SUITE_P(
    All, DomExceptionNames,
    testing::Values(Case{DOMException::Name::InvalidStateError, "InvalidStateError", 11},
                    Case{DOMException::Name::SyntaxError, "SyntaxError", 12},
                    Case{DOMException::Name::InvalidAccessError, "InvalidAccessError", 15},
                    Case{DOMException::Name::SecurityError, "SecurityError", 18},
                    Case{DOMException::Name::NotSupportedError, "NotSupportedError", 9},
                    Case{DOMException::Name::DataCloneError, "DataCloneError", 25},
                    Case{DOMException::Name::NotFoundError, "NotFoundError", 8},
                    Case{DOMException::Name::NotReadableError, "NotReadableError", 0}));

TEST(DomException, IsCaughtAsStdException) {
  try {
    throw DOMException(DOMException::Name::SyntaxError, "x");
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "SyntaxError: x");
  }
}

TEST(DomException, CopyKeepsItsOwnMessage) {
  auto original = std::make_unique<DOMException>(DOMException::Name::SyntaxError,
                                                 "a message too long for the small buffer");
  const DOMException copy = *original;
  original.reset();
  EXPECT_EQ(copy.message(), "a message too long for the small buffer");
  EXPECT_STREQ(copy.what(), "SyntaxError: a message too long for the small buffer");
}

}  // namespace
