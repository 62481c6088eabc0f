#include <parley/cookie.hpp>

namespace parley {

std::string_view describe(CookieRefusal refusal) noexcept {
  switch (refusal) {
    case CookieRefusal::UnsupportedScheme:
      return "the URL is none of ws, wss, http and https";
    case CookieRefusal::ControlCharacter:
      return "a control character";
    case CookieRefusal::Empty:
      return "neither a name nor a value";
    case CookieRefusal::TooLarge:
      return "name and value have more than 4096 bytes";
    case CookieRefusal::DomainNotAscii:
      return "Domain is not ASCII";
    case CookieRefusal::PublicSuffix:
      return "Domain is a public suffix";
    case CookieRefusal::ForeignDomain:
      return "the host does not belong to Domain";
    case CookieRefusal::InsecureOrigin:
      return "Secure, but it came without TLS";
    case CookieRefusal::ShadowsSecureCookie:
      return "it came without TLS and would hide a Secure cookie";
    case CookieRefusal::SameSiteNone:
      return "SameSite=None without Secure";
    case CookieRefusal::SecurePrefix:
      return "a name with __Secure- without Secure";
    case CookieRefusal::HostPrefix:
      return "a name with __Host- without Secure and Path=/, or with Domain";
    case CookieRefusal::NamelessPrefix:
      return "no name, and a value with __Secure- or __Host-";
  }
  return "refused";
}

}  // namespace parley
