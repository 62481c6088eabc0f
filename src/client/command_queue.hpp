#pragma once

#include <parley/array_buffer.hpp>
#include <parley/blob.hpp>
#include <parley/close_code.hpp>
#include <parley/compression.hpp>
#include <parley/prepared_message.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parley {

/// Well-formed UTF-8.
struct SendTextCommand {
  std::string text;
  SendOptions options;
};
struct SendBinaryCommand {
  ArrayBuffer bytes;
  SendOptions options;
};
struct SendBlobCommand {
  Blob blob;
};
struct SendPreparedCommand {
  PreparedMessage message;
  SendOptions options;
};
struct PingCommand {
  ArrayBuffer data;
};
/// Checked by the rules of close().
struct CloseCommand {
  std::optional<CloseCode> code;
  std::string reason;
};
struct TerminateCommand {};

/// What another thread wants of a socket: checked already, its data captured.
using Command = std::variant<SendTextCommand, SendBinaryCommand, SendBlobCommand,
                             SendPreparedCommand, PingCommand, CloseCommand, TerminateCommand>;

/// The calls of other threads on one socket, in their order, on their way to its loop. Any thread.
class CommandQueue {
 public:
  enum class Wake : std::uint8_t {
    Needed,     ///< nobody is on the way to takeAll(): post a task
    NotNeeded,  ///< a task is posted already
  };

  [[nodiscard]] Wake push(Command&& command);
  /// Takes what is there; from then on a push needs a wake again.
  [[nodiscard]] std::vector<Command> takeAll();
  /// Without a lock: false may be out of date only for what another thread pushes at this moment.
  [[nodiscard]] bool empty() const noexcept { return !hasAny_.load(std::memory_order_acquire); }

 private:
  std::mutex mutex_;
  std::vector<Command> commands_;  // guarded by mutex_
  std::atomic<bool> hasAny_{false};
};

}  // namespace parley
