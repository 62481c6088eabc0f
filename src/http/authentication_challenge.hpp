#pragma once

#include <parley/headers.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

struct ChallengeParameter {
  std::string name;
  std::string value;  ///< without quotes and escapes

  friend bool operator==(const ChallengeParameter&, const ChallengeParameter&) = default;
};

/// What a server or proxy asks for (RFC 9110 section 11.3): a scheme with one opaque token, with
/// parameters, or with nothing.
struct Challenge {
  std::string scheme;  ///< as it was written; its case does not count
  std::optional<std::string> token68;
  std::vector<ChallengeParameter> parameters;

  /// The value of the parameter of that name in any ASCII case. Lives as long as this object.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;

  friend bool operator==(const Challenge&, const Challenge&) = default;
};

/// Challenges of one message, and parameters of one challenge, that are read at most.
inline constexpr std::size_t kMaxChallenges = 32;
inline constexpr std::size_t kMaxChallengeParameters = 32;

/// The challenges of all fields of that name (WWW-Authenticate, Proxy-Authenticate), in order and
/// in linear time. What breaks the grammar ends the reading of its field and takes the challenge
/// that it is in with it: peers offer several schemes, and one that writes another scheme badly is
/// still understood.
[[nodiscard]] std::vector<Challenge> readChallenges(const Headers& headers, std::string_view name);

}  // namespace parley::http
