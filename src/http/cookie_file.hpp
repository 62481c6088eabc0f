#pragma once

#include "bytes/result.hpp"
#include "http/line_error.hpp"

#include <parley/cookie.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// Reads the text of a cookie file in the format of Netscape, as curl has it: a cookie a line, in
/// fields with a tab between them: domain (behind "#HttpOnly_" if it is HttpOnly), does it count
/// for the hosts below, path, Secure, expiry in seconds since 1970 (0 or nothing: session), name,
/// value. Lines with nothing and with "#" are skipped. The cookies that have expired are among
/// those returned; none breaks the rules for name, value and prefixes.
[[nodiscard]] Result<std::vector<Cookie>, LineError> parseCookieFile(std::string_view text);

/// The reverse. A cookie with a tab in its name, value or path is left out, as the format can't
/// hold it. SameSite and the time of creation are not in it either.
[[nodiscard]] std::string formatCookieFile(std::span<const Cookie> cookies);

}  // namespace parley::http
