#include "protocol/closing.hpp"
#include "protocol/connection_state.hpp"
#include "protocol/incoming_message.hpp"
#include "protocol/message_compression.hpp"
#include "protocol/output_memory.hpp"

#include <parley/protocol/connection.hpp>

namespace parley::protocol {

namespace {

std::unique_ptr<MessageCompression> makeCompression(
    Role role, const std::optional<ConnectionCompression>& compression, OutputMemory& memory) {
  if (!compression) return nullptr;
  return std::make_unique<MessageCompression>(role, *compression, memory.codecs());
}

}  // namespace

Connection::Connection(Role role, const ConnectionLimits& limits, Entropy& entropy,
                       BufferPool& pool, Time now,
                       const std::optional<ConnectionCompression>& compression)
    : limits_(&limits),
      entropy_(&entropy),
      memory_(&pool.memory()),
      compression_(makeCompression(role, compression, pool.memory())),
      lastReceived_(now),
      lastMessage_(now),
      pingWaitsSince_(now),
      pingedAt_(now),
      role_(role),
      state_(ConnectionState::Open) {}

Connection::~Connection() {
  if (memory_->cork().holdsFramesOf(this)) memory_->cork().clear();
  dropWaiting();
}

bool Connection::canSend() const noexcept {
  return state_ == ConnectionState::Open;
}

}  // namespace parley::protocol
