#include "http/head_writer.hpp"

#include "bytes/ascii.hpp"
#include "http/request_target.hpp"
#include "http/status_text.hpp"

#include <cstddef>

namespace parley::http {
namespace {

void appendFields(std::string& out, const Headers& headers) {
  std::size_t size = out.size() + 2;
  for (const Headers::Field& field : headers) size += field.name.size() + field.value.size() + 4;
  out.reserve(size);
  for (const Headers::Field& field : headers) {
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  out.append("\r\n");
}

}  // namespace

std::optional<std::string> writeRequestHead(std::string_view method, std::string_view target,
                                            const Headers& headers) {
  if (!bytes::isToken(method) || !isTargetText(target)) return std::nullopt;
  std::string out;
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  appendFields(out, headers);
  return out;
}

std::optional<std::string> writeResponseHead(std::uint16_t status, const Headers& headers) {
  if (status < 100 || status > 599) return std::nullopt;
  std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
  out.append(statusText(status)).append("\r\n");
  appendFields(out, headers);
  return out;
}

}  // namespace parley::http
