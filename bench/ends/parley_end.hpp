#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

/// This library's ends, as a user would write them. Each runs until the process is ended.

/// @param mode echo, deflate, deflate-best (echo, too) or broadcast
/// @param identity a file with certificate and key: then over TLS
void serve(std::string_view mode, const std::optional<std::string>& identity);

/// Counts messages, and answers "?" with how many there were.
void receiveFrom(const std::string& url);
/// Sends one message after the other, as fast as the network takes them.
void sendTo(const std::string& url, std::size_t bytes, std::string_view kind);
/// Sends back what it gets.
void echoTo(const std::string& url);
/// Connects, has one message echoed, closes, and begins again; several at a time.
void churnAt(const std::string& url, std::size_t bytes);

}  // namespace bench
