#pragma once

#include "napi.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace parley::node {

class Environment;
class Socket;

/// Messages of one socket that arrived together, and are handed to JavaScript in one call: to go
/// there costs more than a small message does. JavaScript makes a task of each.
///
/// The messages lie in the environment's pool; where, says a table that both sides see.
class MessageBatch {
 public:
  enum class Kind : std::int32_t { Ascii, Binary, Text };

  /// What the table has room for.
  static constexpr std::uint32_t kMost = 1024;

  explicit MessageBatch(Environment& environment) : environment_(environment) {}
  MessageBatch(const MessageBatch&) = delete;
  MessageBatch& operator=(const MessageBatch&) = delete;

  /// @param table an ArrayBuffer of kMost times three 32-bit numbers: offset, size, Kind.
  void start(napi_value table);
  /// Precondition: at most Environment::kMostPooled bytes.
  void add(Socket& socket, std::span<const std::byte> bytes, Kind kind);
  /// What is handed over at the moment keeps its bytes in the pool.
  void keepPool() noexcept { isKept_ = true; }
  [[nodiscard]] bool isEmpty() const noexcept { return count_ == 0; }
  /// Hands over what there is.
  void flush();
  /// Forgets what there is.
  void clear() noexcept { count_ = 0; }
  /// `socket` goes.
  void forget(const Socket& socket) noexcept;

 private:
  Environment& environment_;
  std::int32_t* table_ = nullptr;
  napi_ref tableReference_ = nullptr;
  Socket* socket_ = nullptr;
  std::uint32_t count_ = 0;
  bool isKept_ = false;
};

}  // namespace parley::node
