#pragma once

#include "bytes/result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server {

/// Why a pattern was not added.
enum class PatternError : std::uint8_t {
  NotAbsolute,       ///< it does not begin with a slash
  InvalidCharacter,  ///< a control character, a blank, "?", "#" or a byte above 0x7E that is no
                     ///< UTF-8
  InvalidName,       ///< ":" without a name of letters, digits and underscores
  RepeatedName,
  StarNotLast,  ///< "*" stands for all that is below, so nothing can follow it
  Repeated,     ///< there is one that matches exactly the same paths
};

/// The rule in words. Lives for ever.
[[nodiscard]] std::string_view describe(PatternError error) noexcept;

/// What the parts of a path are that a pattern left open.
struct RouteMatch {
  struct Parameter {
    std::string name;
    std::string value;  ///< percent-decoded
  };

  std::size_t route = 0;  ///< as add() numbered it
  std::vector<Parameter> parameters;
  /// What "*" stands for, as it came; a part of the path that was looked up. Empty without a "*".
  std::string_view rest;
};

/// Finds the pattern of a path. Patterns are numbered in the order in which they were added.
///
/// Segments are compared percent-decoded, so "%2F" in a path never divides it. At each segment a
/// literal is more exact than a parameter, and a parameter more than "*". A path is read once per
/// branch of the pattern tree, so a look-up is linear in its length.
class Router {
 public:
  Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  ~Router();

  /// "/chat", "/chat/:room" (one segment that is not empty), "/feed/*" (all below, not "/feed").
  Result<std::size_t, PatternError> add(std::string_view pattern);
  /// `path` begins with a slash and is percent-encoded.
  [[nodiscard]] std::optional<RouteMatch> find(std::string_view path) const;
  /// The number of `pattern`, as it was spelled when it was added.
  [[nodiscard]] std::optional<std::size_t> indexOf(std::string_view pattern) const;
  [[nodiscard]] std::size_t size() const noexcept { return patterns_.size(); }

 private:
  struct Node;
  struct Pattern {
    std::string text;
    std::vector<std::string> names;
  };
  /// The way to an end that is being tried.
  struct Trial;

  static bool descend(const Node& node, std::string_view rest, Trial& trial);
  static bool tryParameter(const Node& node, std::string_view segment,
                           std::optional<std::string_view> below, Trial& trial);
  static bool arrive(const Node& node, std::optional<std::string_view> below, Trial& trial);

  std::unique_ptr<Node> root_;
  std::vector<Pattern> patterns_;
};

}  // namespace parley::server
