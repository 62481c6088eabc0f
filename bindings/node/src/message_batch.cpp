#include "message_batch.hpp"

#include "environment.hpp"
#include "socket.hpp"
#include "value.hpp"

#include <utility>

namespace parley::node {

void MessageBatch::start(napi_value table) {
  void* memory = nullptr;
  std::size_t size = 0;
  napi_get_arraybuffer_info(environment_.napi(), table, &memory, &size);
  if (size < kMost * 3 * sizeof(std::int32_t)) throw ArgumentError{.message = "a short table"};
  table_ = static_cast<std::int32_t*>(memory);
  napi_create_reference(environment_.napi(), table, 1, &tableReference_);
}

void MessageBatch::add(Socket& socket, std::span<const std::byte> bytes, Kind kind) {
  if (socket_ != &socket || count_ == kMost || !environment_.hasRoomInPool(bytes.size())) flush();
  const auto offset = environment_.copyToPool(bytes);
  if (!offset) return;
  socket_ = &socket;
  std::int32_t* const entry = table_ + std::size_t{3} * count_++;
  entry[0] = static_cast<std::int32_t>(*offset);
  entry[1] = static_cast<std::int32_t>(bytes.size());
  entry[2] = static_cast<std::int32_t>(kind);
}

void MessageBatch::flush() {
  if (count_ == 0) return;
  const std::uint32_t count = std::exchange(count_, 0);
  Socket* const socket = std::exchange(socket_, nullptr);
  HandleScope scope(environment_.napi());
  const napi_value target = socket->object();
  if (!target) return;
  const auto first = static_cast<std::uint32_t>(table_[0]);
  isKept_ = socket->keepsPool();
  environment_.call(Callback::Messages, {target, index(environment_.napi(), count)});
  // Strings are copies, so their bytes can be written over; Buffers are not.
  if (!isKept_) environment_.giveBackPool(first);
}

void MessageBatch::forget(const Socket& socket) noexcept {
  if (socket_ != &socket) return;
  socket_ = nullptr;
  count_ = 0;
}

}  // namespace parley::node
