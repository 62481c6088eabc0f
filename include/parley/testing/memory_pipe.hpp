#pragma once

#include <parley/export.hpp>
#include <parley/loop.hpp>
#include <parley/options.hpp>
#include <parley/server.hpp>
#include <parley/websocket.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace parley::testing {

/// Two WebSockets joined in memory, for unit tests of programs that use them: a real opening
/// handshake, real frames, no network and no port. The pipe between them can be made to misbehave.
///
/// @code
/// parley::Loop loop;
/// parley::testing::MemoryPipe pipe(loop);
/// pipe.client().onmessage = [&](const parley::MessageEvent& event) {
///   EXPECT_EQ(event.data().text(), "hello");
///   loop.stop();
/// };
/// pipe.server().onopen = [&](const parley::Event&) { pipe.server().send("hello"); };
/// loop.run();
/// @endcode
///
/// To be used on the loop's thread. Destroying it drops its two handles: what nobody else names is
/// closed.
class PARLEY_EXPORT MemoryPipe {
 public:
  enum class Direction : unsigned char { ToServer, ToClient };

  /// Starts the opening handshake; it completes in the turns of `loop`. The server socket has the
  /// protocols, handlers and limits of `route`; there is no HTTP request here for its origins,
  /// onupgrade, selectProtocol and onconnection to see.
  explicit MemoryPipe(Loop& loop, const Protocols& protocols = {}, Route route = {},
                      Options options = {});
  MemoryPipe(const MemoryPipe&) = delete;
  MemoryPipe& operator=(const MemoryPipe&) = delete;
  ~MemoryPipe();

  [[nodiscard]] WebSocket& client() noexcept PARLEY_LIFETIMEBOUND;
  /// The other end; CONNECTING until the handshake is done.
  [[nodiscard]] WebSocket& server() noexcept PARLEY_LIFETIMEBOUND;

  /// Deliver at most `bytes` at a time (1: byte by byte); nullopt: as they come.
  void setChunkSize(std::optional<std::size_t> bytes);
  /// The direction takes no more bytes until resume(): the writer sees a full socket.
  void stall(Direction direction);
  void resume(Direction direction);
  /// The connection is lost at both ends, as by a reset.
  void cut();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parley::testing
