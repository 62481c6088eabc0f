#include "tls/pins.hpp"

#include "tls/certificate_authority.hpp"
#include "tls/certificate_text.hpp"

#include <gtest/gtest.h>

namespace parley::tls {
namespace {

TEST(TlsPins, TakesWhatPinOfGives) {
  const CertificateAuthority authority;
  const std::string pin = pinOf(authority.own().get());
  const auto parsed = parsePins({pin, pin});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, (std::vector<std::string>{pin, pin}));
  EXPECT_TRUE(parsePins({})->empty());
}

TEST(TlsPins, RefusesWhatIsNone) {
  for (const std::string pin :
       {"", "sha256//", "sha1//r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=",
        "r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=", "sha256//AAAA",
        "sha256//r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E", "sha256//not base64"}) {
    const auto parsed = parsePins({pin});
    ASSERT_FALSE(parsed) << pin;
    EXPECT_EQ(parsed.error().kind, Error::Kind::Option);
    EXPECT_EQ(parsed.error().message,
              "pins: \"" + pin + "\" is not \"sha256//\" and the base64 of the 32 bytes of a hash");
  }
}

}  // namespace
}  // namespace parley::tls
