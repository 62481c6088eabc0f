#pragma once

#include <parley/export.hpp>
#include <parley/prepared_message.hpp>
#include <parley/websocket.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// Who wants which messages: sockets subscribe to topics, and what is published to one goes to all
/// of its subscribers, framed and compressed once. The sockets may be of any servers, routes and
/// loops.
///
/// @code
/// parley::Topics topics;
/// server.route("/prices/:symbol", {.onconnection = [&](const parley::WebSocket& socket,
///                                                      const parley::Request& request) {
///   topics.subscribe(socket, *request.parameter("symbol"));
/// }});
/// topics.publish("ACME", "{\"price\": 17}");                     // from any thread
/// @endcode
///
/// A subscription ends with unsubscribe(), when the socket is CLOSED, or with this object. It does
/// not keep the socket alive.
class PARLEY_EXPORT Topics {
 public:
  Topics();
  Topics(const Topics&) = delete;
  Topics& operator=(const Topics&) = delete;
  ~Topics();

  /// On the thread of the socket's loop, else InvalidStateError; so are the next three. Ignored if
  /// it has subscribed already, or is CLOSED. A topic is any string.
  void subscribe(const WebSocket& socket, std::string_view topic);
  void unsubscribe(const WebSocket& socket, std::string_view topic);
  /// From all of them.
  void unsubscribe(const WebSocket& socket);
  /// What it has subscribed to, in the order in which it did.
  [[nodiscard]] std::vector<std::string> topicsOf(const WebSocket& socket) const;

  /// Sends a message to all subscribers that are OPEN; on this thread's loop at once, on others as
  /// a task of theirs, in order. From any thread. A peer that reads too slowly is treated as its
  /// route's SlowConsumer says.
  /// @param except the one that it need not go to, for example its author
  /// @throws DOMException SyntaxError if a text is not UTF-8
  void publish(std::string_view topic, const PreparedMessage& message,
               const WebSocket* except = nullptr);
  void publish(std::string_view topic, std::string_view text, const WebSocket* except = nullptr);
  void publish(std::string_view topic, const char* text, const WebSocket* except = nullptr) {
    publish(topic, std::string_view(text), except);
  }
  void publish(std::string_view topic, std::span<const std::byte> bytes,
               const WebSocket* except = nullptr);

  /// How many subscribe to a topic, on all loops. From any thread.
  [[nodiscard]] std::size_t subscribers(std::string_view topic) const;

 private:
  class State;

  std::shared_ptr<State> state_;  // also held by tasks of other loops, while they run
};

}  // namespace parley
