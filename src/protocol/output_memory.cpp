#include "protocol/output_memory.hpp"

#include "protocol/output_queue.hpp"

#include <parley/protocol/buffer_pool.hpp>

#include <new>
#include <utility>

namespace parley::protocol {

bool Cork::claimEmpty(const Connection* connection, std::size_t size) {
  if (size > kSize) return false;
  if (!memory) memory.reset(new std::byte[kSize]);  // NOLINT: uninitialised by intent
  clear();
  owner = connection;
  return true;
}

void Cork::clear() noexcept {
  begin = 0;
  end = 0;
  payload = 0;
  holdsPing = false;
}

OutputMemory::OutputMemory() {
  // So that giving a queue back can't fail.
  queues_.reserve(kMaxStock);
}

OutputMemory::~OutputMemory() {
  while (stock_ != nullptr) {
    OutputSegment* const segment = std::exchange(stock_, stock_->next);
    segment->~OutputSegment();
    ::operator delete(segment);
  }
}

std::span<std::byte> OutputMemory::scratch() {
  if (!scratch_) scratch_.reset(new std::byte[kScratchSize]);  // NOLINT: uninitialised by intent
  return {scratch_.get(), kScratchSize};
}

OutputSegment* OutputMemory::takeSegment(std::size_t room) {
  if (room <= kStockRoom && stock_ != nullptr) {
    OutputSegment* const segment = std::exchange(stock_, stock_->next);
    --stockCount_;
    segment->next = nullptr;
    return segment;
  }
  const std::size_t capacity = room <= kStockRoom ? kStockRoom : room;
  void* const memory = ::operator new(sizeof(OutputSegment) + capacity);
  auto* const segment = new (memory) OutputSegment;
  segment->capacity = static_cast<std::uint32_t>(capacity);
  return segment;
}

void OutputMemory::giveSegment(OutputSegment* segment) noexcept {
  if (segment->capacity == kStockRoom && stockCount_ < kMaxStock) {
    segment->large.reset();
    segment->begin = 0;
    segment->end = 0;
    segment->payload = 0;
    segment->holdsPing = false;
    segment->startsInsideFrame = false;
    segment->next = std::exchange(stock_, segment);
    ++stockCount_;
    return;
  }
  segment->~OutputSegment();
  ::operator delete(segment);
}

std::unique_ptr<OutputQueue> OutputMemory::takeQueue() {
  if (queues_.empty()) return std::make_unique<OutputQueue>(*this);
  std::unique_ptr<OutputQueue> queue = std::move(queues_.back());
  queues_.pop_back();
  return queue;
}

void OutputMemory::giveQueue(std::unique_ptr<OutputQueue> queue) noexcept {
  if (queues_.size() == kMaxStock) return;
  queue->clear();
  queues_.push_back(std::move(queue));
}

deflate::SharedCodecs& OutputMemory::codecs() {
  if (!codecs_) codecs_ = std::make_unique<deflate::SharedCodecs>();
  return *codecs_;
}

BufferPool::BufferPool() : memory_(std::make_unique<OutputMemory>()) {}
BufferPool::~BufferPool() = default;

}  // namespace parley::protocol
