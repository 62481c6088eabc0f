#pragma once

#include "bytes/result.hpp"
#include "http/authentication_challenge.hpp"
#include "http/digest.hpp"

#include <parley/headers.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

/// What a user is known by; both UTF-8.
struct Credentials {
  std::string username = {};
  std::string password = {};

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// Is there no control character in them? RFC 7617 section 2 forbids those, and nothing that holds
/// one is ever sent.
[[nodiscard]] bool areSendable(const Credentials& credentials) noexcept;

/// The credentials of RFC 7617, "Basic ...": anyone who sees them knows the password. Nothing when
/// they are not sendable, or the name has a colon, behind which the password would begin.
[[nodiscard]] std::optional<std::string> basicCredentials(const Credentials& credentials);

/// Who asks: a server with 401 and WWW-Authenticate, or a proxy with 407 and Proxy-Authenticate.
enum class Challenger : std::uint8_t { Server, Proxy };

/// Why a challenge is not answered.
enum class AuthenticationError : std::uint8_t {
  NoCredentials,        ///< there is no name and password to answer with
  UnusableCredentials,  ///< they can't be sent: a control character, or a colon in a Basic name
  NoChallenge,          ///< the status asks for credentials, but no field says how
  UnsupportedScheme,    ///< neither Basic nor a Digest that we can compute
  Refused,              ///< these credentials were sent already
};

/// In words, for a message behind "the server" or "the proxy": "refused the credentials".
[[nodiscard]] std::string_view describe(AuthenticationError error) noexcept;

/// Answers the challenges of one server or proxy during one opening (RFC 9110 section 11): with the
/// strongest scheme that it offers, Digest with SHA-256 before Digest with MD5 before Basic.
/// Credentials are sent once; only to a Digest server that says that they came too late
/// ("stale=true") they are sent once more, so that there is no loop. Deterministic: the random
/// bytes are an argument.
class Authenticator {
 public:
  using Nonce = std::array<std::byte, 16>;

  /// @param cnonce 16 bytes that no one can predict
  Authenticator(Challenger challenger, std::optional<Credentials> credentials, const Hashes& hashes,
                const Nonce& cnonce);

  /// The value of field() for the next attempt at a request that was answered with 401 or 407 and
  /// these headers.
  /// @param target as in the request line
  [[nodiscard]] Result<std::string, AuthenticationError> answer(const Headers& headers,
                                                                std::string_view method,
                                                                std::string_view target);
  /// "Authorization" or "Proxy-Authorization".
  [[nodiscard]] std::string_view field() const noexcept;

 private:
  enum class Sent : std::uint8_t { Nothing, Basic, Digest, DigestTwice };

  std::string answerDigest(const DigestChallenge& challenge, std::string_view method,
                           std::string_view target);
  [[nodiscard]] bool mayAnswer(const DigestChallenge& challenge) const noexcept;

  Challenger challenger_;
  std::optional<Credentials> credentials_;
  Hashes hashes_;
  std::string cnonce_;
  Sent sent_ = Sent::Nothing;
  std::string nonce_;        // that was answered last
  std::uint32_t count_ = 0;  // of answers to it
};

}  // namespace parley::http
