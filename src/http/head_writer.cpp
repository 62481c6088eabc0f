#include "http/head_writer.hpp"

#include "bytes/ascii.hpp"
#include "http/request_target.hpp"
#include "http/status_text.hpp"

#include <cstddef>

namespace parley::http {
namespace {

/// An empty text with room for all of a head.
std::string textFor(std::size_t firstLine, const Headers& headers) {
  std::size_t size = firstLine + 4;
  for (const Headers::Field& field : headers) size += field.name.size() + field.value.size() + 4;
  std::string out;
  out.reserve(size);
  return out;
}

void appendFields(std::string& out, const Headers& headers) {
  for (const Headers::Field& field : headers) {
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  out.append("\r\n");
}

}  // namespace

std::optional<std::string> writeRequestHead(std::string_view method, std::string_view target,
                                            const Headers& headers) {
  if (!bytes::isToken(method) || !isTargetText(target)) return std::nullopt;
  std::string out = textFor(method.size() + target.size() + 10, headers);
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  appendFields(out, headers);
  return out;
}

std::optional<std::string> writeResponseHead(std::uint16_t status, const Headers& headers) {
  if (status < 100 || status > 599) return std::nullopt;
  const std::string_view text = statusText(status);
  std::string out = textFor(text.size() + 13, headers);
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(text).append("\r\n");
  appendFields(out, headers);
  return out;
}

}  // namespace parley::http
