#pragma once

namespace bench {

/// Each serves for ever, after it has written its port to `portPipe`.

/// The limit: bytes back as they came; epoll and one shared buffer, no library.
void serveRawEcho(int portPipe);
/// This library, as a user would write an echo server.
void serveParleyEcho(int portPipe);

}  // namespace bench
