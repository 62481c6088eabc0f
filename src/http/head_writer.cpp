#include "http/head_writer.hpp"

#include "bytes/ascii.hpp"
#include "http/request_target.hpp"
#include "http/status_text.hpp"

#include <cstddef>
#include <initializer_list>

namespace parley::http {
namespace {

/// `firstLine` in pieces, without its end; then the fields.
std::string writeHead(std::initializer_list<std::string_view> firstLine, const Headers& headers) {
  constexpr std::string_view kEnd = "\r\n";
  std::size_t size = 2 * kEnd.size();
  for (const std::string_view piece : firstLine) size += piece.size();
  for (const auto& [name, value] : headers) size += name.size() + value.size() + 2 + kEnd.size();
  std::string out;
  out.reserve(size);
  for (const std::string_view piece : firstLine) out += piece;
  out += kEnd;
  for (const auto& [name, value] : headers) {
    out.append(name).append(": ").append(value).append(kEnd);
  }
  out += kEnd;
  return out;
}

}  // namespace

std::optional<std::string> writeRequestHead(std::string_view method, std::string_view target,
                                            const Headers& headers) {
  if (!bytes::isToken(method) || !isTargetText(target)) return std::nullopt;
  return writeHead({method, " ", target, " HTTP/1.1"}, headers);
}

std::optional<std::string> writeResponseHead(std::uint16_t status, const Headers& headers) {
  if (status < 100 || status > 599) return std::nullopt;
  return writeHead({"HTTP/1.1 ", std::to_string(status), " ", statusText(status)}, headers);
}

}  // namespace parley::http
