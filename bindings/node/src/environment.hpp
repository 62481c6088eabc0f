#pragma once

#include "message_batch.hpp"
#include "napi.hpp"

#include <parley/loop.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace parley::node {

class Socket;
class ServerHandle;
class PendingUpgrade;
class LoopHandles;

/// The functions of the JavaScript half that are called from here, in the order in which start()
/// is given them.
enum class Callback : std::uint8_t {
  DomException,  ///< the constructor
  Open,          ///< (socket)
  Message,       ///< (socket, string or ArrayBuffer)
  Messages,      ///< (socket, how many are in the table)
  MessageBytes,  ///< (socket, offset in the pool, length, is it binary?)
  LargeBytes,    ///< (socket, ArrayBuffer, is it binary?)
  NewPool,       ///< () => ArrayBuffer
  Error,         ///< (socket)
  Close,         ///< (socket, code, reason, was it clean?)
  Drain,         ///< (socket)
  Control,       ///< (socket, "ping" or "pong", ArrayBuffer)
  Upgrade,       ///< (server, route, upgrade, request)
  Connection,    ///< (server, route, socket, request)
  ShutDown,      ///< (server)
};
inline constexpr std::size_t kCallbacks = 14;

/// Objects by number, which is what JavaScript knows them by. Numbers are used again.
template <typename T>
class Slots {
 public:
  std::uint32_t add(T& object) {
    if (free_.empty()) {
      objects_.push_back(&object);
      return static_cast<std::uint32_t>(objects_.size() - 1);
    }
    const std::uint32_t id = free_.back();
    free_.pop_back();
    objects_[id] = &object;
    return id;
  }
  void remove(std::uint32_t id) {
    objects_[id] = nullptr;
    free_.push_back(id);
  }
  /// nullptr: there is none.
  [[nodiscard]] T* find(std::uint32_t id) const noexcept {
    return id < objects_.size() ? objects_[id] : nullptr;
  }
  [[nodiscard]] std::size_t size() const noexcept { return objects_.size(); }

 private:
  std::vector<T*> objects_;
  std::vector<std::uint32_t> free_;
};

/// What belongs to one Node environment (the main thread, or a worker): the loop on its libuv loop,
/// what JavaScript has made, and the way back to it. For that environment's thread only. Shared by
/// what outlives it.
class Environment : public std::enable_shared_from_this<Environment> {
 public:
  /// Throws std::system_error if the system has no descriptors left.
  Environment(napi_env env, uv_loop_s* uv);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  [[nodiscard]] static Environment& of(napi_env env);

  [[nodiscard]] napi_env napi() const noexcept { return env_; }
  [[nodiscard]] Loop& loop() noexcept { return *loop_; }
  /// The environment is being torn down: nothing of JavaScript may be called any more.
  [[nodiscard]] bool isEnded() const noexcept { return !loop_; }
  /// Is a function of JavaScript being called?
  [[nodiscard]] bool isCalling() const noexcept { return depth_ != 0; }
  /// Ends all connections (Close 1001, without waiting) and gives the libuv loop back. Not while
  /// isCalling(), as a task of the loop is then under way.
  void end();
  /// end(), if that has not been, and removes `hook` when libuv has nothing of it any more.
  void finish(napi_async_cleanup_hook_handle hook);

  /// Takes the functions that Callback names; an array.
  void setCallbacks(napi_value functions);
  [[nodiscard]] napi_value function(Callback which) const;
  /// Calls one as a task of its own: what it queued for after itself (microtasks,
  /// process.nextTick()) has run when this returns. An exception is Node's uncaught one.
  /// @return nullptr if it threw
  napi_value call(Callback which, std::initializer_list<napi_value> arguments);

  // ---- Memory that small messages are copied into, and shared by the Buffers made of them ----

  /// @return where `bytes` lie in the pool; nullopt if there is none to be had
  [[nodiscard]] std::optional<std::uint32_t> copyToPool(std::span<const std::byte> bytes);
  [[nodiscard]] bool hasRoomInPool(std::size_t size) const noexcept {
    return poolBytes_ != nullptr && size <= poolSize_ - poolUsed_;
  }
  /// What was copied there from `offset` on is not needed any more.
  void giveBackPool(std::uint32_t offset) noexcept { poolUsed_ = offset; }
  static constexpr std::size_t kMostPooled = 8 * 1024;

  Slots<Socket> sockets;
  Slots<ServerHandle> servers;
  Slots<PendingUpgrade> upgrades;
  MessageBatch batch{*this};

 private:
  [[nodiscard]] bool renewPool();

  napi_env env_;
  std::unique_ptr<Loop> loop_;
  LoopHandles* const handles_;
  napi_async_context context_ = nullptr;
  unsigned depth_ = 0;
  std::array<napi_ref, kCallbacks> callbacks_{};
  napi_ref receiver_ = nullptr;
  napi_ref pool_ = nullptr;
  char* poolBytes_ = nullptr;
  std::size_t poolSize_ = 0;
  std::size_t poolUsed_ = 0;
};

/// Values made while it exists go with it.
class HandleScope {
 public:
  explicit HandleScope(napi_env env) noexcept : env_(env) { napi_open_handle_scope(env, &scope_); }
  HandleScope(const HandleScope&) = delete;
  HandleScope& operator=(const HandleScope&) = delete;
  ~HandleScope() { napi_close_handle_scope(env_, scope_); }

 private:
  napi_env env_;
  napi_handle_scope scope_ = nullptr;
};

}  // namespace parley::node
