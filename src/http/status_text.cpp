#include "http/status_text.hpp"

#include <algorithm>
#include <array>

namespace parley::http {
namespace {

struct Reason {
  std::uint16_t status;
  std::string_view text;
};

constexpr std::array kReasons = {
    Reason{101, "Switching Protocols"},
    Reason{200, "OK"},
    Reason{204, "No Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{407, "Proxy Authentication Required"},
    Reason{408, "Request Timeout"},
    Reason{410, "Gone"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{417, "Expectation Failed"},
    Reason{421, "Misdirected Request"},
    Reason{426, "Upgrade Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{502, "Bad Gateway"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
    Reason{505, "HTTP Version Not Supported"},
};

}  // namespace

std::string_view statusText(std::uint16_t status) noexcept {
  const auto* const found =
      std::find_if(kReasons.begin(), kReasons.end(),
                   [status](const Reason& reason) { return reason.status == status; });
  return found == kReasons.end() ? std::string_view() : found->text;
}

std::string statusAndText(std::uint16_t status) {
  const std::string_view text = statusText(status);
  return std::to_string(status) + (text.empty() ? "" : " ") + std::string(text);
}

}  // namespace parley::http
