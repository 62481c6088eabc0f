#pragma once

#include <string>

namespace bench {

/// Each serves for ever, after it has written its port to `portPipe`.

/// The limit: bytes back as they came; epoll and one shared buffer, no library.
void serveRawEcho(int portPipe);
/// The same over TLS, with OpenSSL on the socket. `identity`: a file with certificate and key.
void serveRawTlsEcho(int portPipe, const std::string& identity);
/// This library, as a user would write an echo server.
void serveParleyEcho(int portPipe);
void serveParleyTlsEcho(int portPipe, const std::string& identity);

}  // namespace bench
