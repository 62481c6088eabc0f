#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace parley::url {

enum class PathKind : std::uint8_t { List, Opaque };

/// URL standard, section 4.1, URL record: what the parser fills in and the serialiser reads.
/// A list path is kept as one string in which every segment follows its own slash: no segment is
/// "", one empty segment is "/".
struct Record {
  std::string scheme;
  std::string username;
  std::string password;
  std::optional<std::string> host;  ///< serialised, IPv6 with its brackets; null differs from empty
  std::optional<std::uint16_t> port;
  PathKind pathKind = PathKind::List;
  std::string path;
  std::optional<std::string> query;
  std::optional<std::string> fragment;
};

}  // namespace parley::url
