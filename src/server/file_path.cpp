#include "server/file_path.hpp"

#include "url/percent_encoding.hpp"

#include <algorithm>

namespace parley::server {
namespace {

// Decoded once only: "%252e" is a file whose name holds "%2e", not a dot.
std::optional<std::string> decodeSegment(std::string_view segment) {
  std::string name = url::percentDecode(segment);
  if (name.empty() || name.front() == '.') return std::nullopt;
  const bool isName = std::none_of(name.begin(), name.end(),
                                   [](char c) { return c == '/' || c == '\\' || c == '\0'; });
  if (!isName) return std::nullopt;
  return name;
}

}  // namespace

std::optional<FilePath> parseFilePath(std::string_view below) {
  FilePath path{{}, FilePath::Names::Folder};
  while (!below.empty()) {
    const std::size_t slash = below.find('/');
    const auto name = decodeSegment(below.substr(0, slash));
    if (!name) return std::nullopt;
    if (!path.relative.empty()) path.relative += '/';
    path.relative += *name;
    path.names = slash == std::string_view::npos ? FilePath::Names::File : FilePath::Names::Folder;
    below.remove_prefix(slash == std::string_view::npos ? below.size() : slash + 1);
  }
  return path;
}

bool hasHiddenSegment(std::string_view path) noexcept {
  return path.starts_with('.') || path.find("/.") != std::string_view::npos;
}

}  // namespace parley::server
