#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// The limit: bytes as they come, epoll and one shared buffer, no protocol and no library. Each
/// runs until the process is ended.

/// @param mode echo, or broadcast: to all connections
void serveRaw(std::string_view mode);
/// Echo over TLS, with OpenSSL on the socket. `identity`: a file with certificate and key.
void serveRawTls(const std::string& identity);

/// Answers what ends with '?' with the number of bytes so far.
void receiveRaw(std::uint16_t port);
/// Sends frames made in advance, many in one system call.
void sendRaw(std::uint16_t port, std::size_t bytes, std::string_view kind);
void echoRaw(std::uint16_t port);
void churnRaw(std::uint16_t port, std::size_t bytes);

}  // namespace bench
