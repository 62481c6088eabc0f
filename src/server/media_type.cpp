#include "server/media_type.hpp"

#include "bytes/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::server {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

// What a browser is served from a folder. JavaScript is text/javascript (RFC 9239).
constexpr std::array kTypes{
    Entry{"aac", "audio/aac"},
    Entry{"apng", "image/apng"},
    Entry{"avif", "image/avif"},
    Entry{"bmp", "image/bmp"},
    Entry{"css", "text/css; charset=utf-8"},
    Entry{"csv", "text/csv; charset=utf-8"},
    Entry{"flac", "audio/flac"},
    Entry{"gif", "image/gif"},
    Entry{"gz", "application/gzip"},
    Entry{"htm", "text/html; charset=utf-8"},
    Entry{"html", "text/html; charset=utf-8"},
    Entry{"ico", "image/x-icon"},
    Entry{"jpeg", "image/jpeg"},
    Entry{"jpg", "image/jpeg"},
    Entry{"js", "text/javascript; charset=utf-8"},
    Entry{"json", "application/json"},
    Entry{"jsonld", "application/ld+json"},
    Entry{"map", "application/json"},
    Entry{"md", "text/markdown; charset=utf-8"},
    Entry{"mjs", "text/javascript; charset=utf-8"},
    Entry{"mp3", "audio/mpeg"},
    Entry{"mp4", "video/mp4"},
    Entry{"oga", "audio/ogg"},
    Entry{"ogg", "audio/ogg"},
    Entry{"ogv", "video/ogg"},
    Entry{"opus", "audio/ogg"},
    Entry{"otf", "font/otf"},
    Entry{"pdf", "application/pdf"},
    Entry{"png", "image/png"},
    Entry{"svg", "image/svg+xml; charset=utf-8"},
    Entry{"tar", "application/x-tar"},
    Entry{"ttf", "font/ttf"},
    Entry{"txt", "text/plain; charset=utf-8"},
    Entry{"vtt", "text/vtt; charset=utf-8"},
    Entry{"wasm", "application/wasm"},
    Entry{"wav", "audio/wav"},
    Entry{"weba", "audio/webm"},
    Entry{"webm", "video/webm"},
    Entry{"webmanifest", "application/manifest+json"},
    Entry{"webp", "image/webp"},
    Entry{"woff", "font/woff"},
    Entry{"woff2", "font/woff2"},
    Entry{"xhtml", "application/xhtml+xml; charset=utf-8"},
    Entry{"xml", "application/xml; charset=utf-8"},
    Entry{"zip", "application/zip"},
};

}  // namespace

std::string_view mediaTypeOf(std::string_view fileName) noexcept {
  const std::size_t dot = fileName.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string_view extension = fileName.substr(dot + 1);
    const auto* const found = std::find_if(kTypes.begin(), kTypes.end(), [&](const Entry& entry) {
      return bytes::equalsIgnoreCase(entry.first, extension);
    });
    if (found != kTypes.end()) return found->second;
  }
  return "application/octet-stream";
}

}  // namespace parley::server
