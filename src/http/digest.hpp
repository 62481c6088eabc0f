#pragma once

#include "http/authentication_challenge.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

/// A cryptographic hash as lower-case hexadecimal digits.
using HashFunction = std::string (*)(std::string_view input);

/// What Digest computes with, handed in by who has a library for it; nullptr: not to be had, and
/// what needs it is not chosen.
struct Hashes {
  HashFunction md5Hex = nullptr;
  HashFunction sha256Hex = nullptr;
};

/// RFC 7616 section 3.3, "algorithm". That of RFC 2069 is MD5.
enum class DigestAlgorithm : std::uint8_t { Md5, Md5Session, Sha256, Sha256Session };

/// RFC 7616 section 3.3, "qop": None is a server of RFC 2069.
enum class DigestQuality : std::uint8_t { None, Auth };

/// A Digest challenge that can be answered.
struct DigestChallenge {
  std::string realm;
  std::string nonce;
  std::optional<std::string> opaque;
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
  std::optional<std::string> algorithmText;  ///< the server's word for it, to be sent back
  DigestQuality quality = DigestQuality::None;
  bool isStale = false;         ///< only the nonce was wrong: the credentials may be right
  bool isUtf8 = false;          ///< charset=UTF-8
  bool hashesUsername = false;  ///< userhash=true
};

/// Nothing when it has no realm or nonce, or wants an algorithm or a quality that we don't have.
[[nodiscard]] std::optional<DigestChallenge> readDigestChallenge(const Challenge& challenge);

/// The one of the hashes that an algorithm needs; nullptr when it is not to be had.
[[nodiscard]] HashFunction hashFor(DigestAlgorithm algorithm, const Hashes& hashes) noexcept;

/// What is answered, and for whom. Views into what the caller keeps.
struct DigestRequest {
  std::string_view username;  ///< UTF-8
  std::string_view password;  ///< UTF-8
  std::string_view method;
  std::string_view target;  ///< as in the request line
  std::string_view cnonce;  ///< unpredictable text, not used when the quality is None
  std::uint32_t count = 1;  ///< requests with this nonce so far, this one included
};

/// The credentials (RFC 7616 section 3.4), "Digest username=..., ...". `hash` is that of the
/// algorithm.
[[nodiscard]] std::string digestCredentials(const DigestChallenge& challenge,
                                            const DigestRequest& request, HashFunction hash);

}  // namespace parley::http
