#include <parley/array_buffer.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace parley {

namespace {

/// ECMAScript's relative index: negative ones count from the end, both are clamped to the length.
std::size_t absoluteIndex(std::int64_t index, std::size_t length) {
  if (index >= 0)
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(static_cast<std::uint64_t>(index), length));
  // -(index + 1) + 1 and not -index: the negation of INT64_MIN does not exist.
  const std::uint64_t back = static_cast<std::uint64_t>(-(index + 1)) + 1;
  return back >= length ? 0 : length - static_cast<std::size_t>(back);
}

}  // namespace

ArrayBuffer::ArrayBuffer(std::size_t byteLength) {
  if (byteLength == 0) return;
  // calloc takes large blocks from the system, which has zeroed them already.
  data_ = static_cast<std::byte*>(std::calloc(byteLength, 1));
  if (data_ == nullptr) throw std::bad_alloc();
  size_ = byteLength;
  capacity_ = byteLength;
}

ArrayBuffer::ArrayBuffer(ArrayBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

ArrayBuffer& ArrayBuffer::operator=(ArrayBuffer&& other) noexcept {
  if (this == &other) return *this;
  std::free(data_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

ArrayBuffer::~ArrayBuffer() {
  std::free(data_);
}

std::span<std::byte> ArrayBuffer::bytes() noexcept {
  return {data_, size_};
}

std::span<const std::byte> ArrayBuffer::bytes() const noexcept {
  return {data_, size_};
}

std::string_view ArrayBuffer::text() const noexcept {
  return {reinterpret_cast<const char*>(data_), size_};
}

ArrayBuffer ArrayBuffer::copyOf(std::span<const std::byte> bytes) {
  ArrayBuffer copy;
  if (bytes.empty()) return copy;
  copy.resizeUninitialized(bytes.size());
  std::memcpy(copy.data_, bytes.data(), bytes.size());
  return copy;
}

ArrayBuffer ArrayBuffer::copyOf(std::string_view text) {
  return copyOf(std::as_bytes(std::span(text)));
}

ArrayBuffer ArrayBuffer::slice(std::int64_t begin, std::int64_t end) const {
  const std::size_t from = absoluteIndex(begin, size_);
  const std::size_t to = absoluteIndex(end, size_);
  return from < to ? copyOf(bytes().subspan(from, to - from)) : ArrayBuffer();
}

void ArrayBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  void* const grown = std::realloc(data_, capacity);
  if (grown == nullptr) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(grown);
  capacity_ = capacity;
}

void ArrayBuffer::append(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  if (bytes.size() > std::numeric_limits<std::size_t>::max() / 2 - size_) throw std::bad_alloc();
  const std::size_t length = size_ + bytes.size();
  const std::byte* from = bytes.data();
  if (length > capacity_) {
    // A part of the buffer itself may be appended: it moves with the growth.
    // As numbers: what lies before it is then far behind it.
    const std::uintptr_t offset =
        reinterpret_cast<std::uintptr_t>(from) - reinterpret_cast<std::uintptr_t>(data_);
    const bool isOwn = offset < size_;
    reserve(std::max(length, capacity_ + capacity_ / 2));
    if (isOwn) from = data_ + offset;
  }
  std::memcpy(data_ + size_, from, bytes.size());
  size_ = length;
}

void ArrayBuffer::resizeUninitialized(std::size_t byteLength) {
  reserve(byteLength);
  size_ = byteLength;
}

void ArrayBuffer::reset() noexcept {
  std::free(std::exchange(data_, nullptr));
  size_ = 0;
  capacity_ = 0;
}

}  // namespace parley
