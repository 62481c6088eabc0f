#include "server/answer.hpp"

#include "http/status_text.hpp"
#include "server/http_date.hpp"
#include "server/media_type.hpp"

#include <optional>
#include <utility>

namespace parley::server {

using protocol::HttpResponse;

HttpResponse plainAnswer(std::uint16_t status) {
  return plainAnswer(status, http::statusAndText(status) + "\n", {});
}

HttpResponse plainAnswer(std::uint16_t status, std::string_view text, Headers headers) {
  if (!text.empty() && !headers.has("Content-Type")) {
    headers.append("Content-Type", "text/plain; charset=utf-8");
  }
  return {status, std::move(headers), std::string(text)};
}

HttpResponse methodNotAllowed(std::string_view allowed) {
  HttpResponse response = plainAnswer(405);
  response.headers.append("Allow", allowed);
  return response;
}

HttpResponse upgradeRequired() {
  HttpResponse response = plainAnswer(426);
  response.headers.append("Upgrade", "websocket");
  return response;
}

HttpResponse toFolder(const protocol::Request& request) {
  // "//host/" would lead to another host (RFC 3986 section 4.2).
  if (request.path.starts_with("//")) return plainAnswer(404);
  HttpResponse response = plainAnswer(301);
  std::string location = request.path + "/";
  if (!request.query.empty()) location.append("?").append(request.query);
  response.headers.append("Location", location);
  return response;
}

HttpResponse fileAnswer(const protocol::Request& request, const OpenedFile& file,
                        std::chrono::sys_seconds now) {
  HttpResponse response;
  response.headers.append("Last-Modified", formatHttpDate(file.modified()));
  response.headers.append("X-Content-Type-Options", "nosniff");
  // Section 13.1.3: with If-None-Match, If-Modified-Since does not count.
  const auto since = request.headers.has("If-None-Match")
                         ? std::nullopt
                         : request.headers.get("If-Modified-Since");
  const auto date = since ? parseHttpDate(*since, now) : std::nullopt;
  if (date && file.modified() <= *date) {
    response.status = 304;
  } else {
    response.headers.append("Content-Type", mediaTypeOf(file.name()));
  }
  return response;
}

std::string withContentLength(std::string head, std::uint64_t size) {
  constexpr std::string_view kEmpty = "\r\nContent-Length: 0\r\n";
  const std::size_t at = head.find(kEmpty);
  if (at != std::string::npos) {
    head.replace(at, kEmpty.size(), "\r\nContent-Length: " + std::to_string(size) + "\r\n");
  }
  return head;
}

}  // namespace parley::server
