#include "client/blob_content.hpp"

#include "transport/system_error.hpp"

#include <parley/dom_exception.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace parley {

BlobContent::BlobContent(ArrayBuffer&& memory)
    : size_(memory.byteLength()),
      isInMemory_(true),
      memory_(std::move(memory)),
      inMemory_(std::as_const(memory_).bytes()) {}

BlobContent::BlobContent(std::shared_ptr<const loop::File> file, std::string path)
    : file_(std::move(file)), path_(std::move(path)), size_(file_->size()), isInFile_(true) {}

BlobContent::BlobContent(std::shared_ptr<const loop::File> file, std::span<const std::byte> mapped)
    : file_(std::move(file)),
      size_(mapped.size()),
      isInMemory_(true),
      isInFile_(true),
      inMemory_(mapped) {}

BlobContent::BlobContent(std::vector<Run> runs) : runs_(std::move(runs)) {
  for (const Run& run : runs_) {
    size_ += run.size;
    isInFile_ = isInFile_ || run.content->isInFile();
  }
}

std::span<const std::byte> BlobContent::bytes() const {
  if (isInMemory_) return inMemory_;
  const std::lock_guard lock(mutex_);
  if (memory_.byteLength() == size_) return std::as_const(memory_).bytes();
  ArrayBuffer memory;
  memory.resizeUninitialized(static_cast<std::size_t>(size_));
  if (auto reason = read(0, memory.bytes())) {
    throw DOMException(DOMException::Name::NotReadableError, *std::move(reason));
  }
  memory_ = std::move(memory);
  return std::as_const(memory_).bytes();
}

std::optional<std::string> BlobContent::read(std::uint64_t offset,
                                             std::span<std::byte> into) const {
  if (into.empty()) return std::nullopt;
  if (!runs_.empty()) return readRuns(offset, into);
  if (file_) return readFile(offset, into);
  std::memcpy(into.data(), inMemory_.data() + offset, into.size());
  return std::nullopt;
}

std::optional<std::string> BlobContent::readRuns(std::uint64_t offset,
                                                 std::span<std::byte> into) const {
  for (const Run& run : runs_) {
    if (offset >= run.size) {
      offset -= run.size;
      continue;
    }
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(run.size - offset, into.size()));
    if (auto reason = run.content->read(run.start + offset, into.first(size))) return reason;
    into = into.subspan(size);
    if (into.empty()) break;
    offset = 0;
  }
  return std::nullopt;
}

std::optional<std::string> BlobContent::readFile(std::uint64_t offset,
                                                 std::span<std::byte> into) const {
  const auto count = file_->read(offset, into);
  const std::string name = path_.empty() ? "the temporary file" : path_;
  if (!count) return name + ": " + transport::describeErrno(count.error());
  // File API section 4: a file that is not as it was when the Blob was made can't be read.
  if (*count != into.size() || (!path_.empty() && !file_->isUnchanged())) {
    return name + ": it has changed since it was opened";
  }
  return std::nullopt;
}

Blob BlobAccess::of(std::shared_ptr<const BlobContent> content) noexcept {
  Blob blob;
  blob.size_ = content->size();
  blob.content_ = std::move(content);
  return blob;
}

BlobContent::Run BlobAccess::runOf(const Blob& blob) noexcept {
  return {.content = blob.content_, .start = blob.start_, .size = blob.size_};
}

}  // namespace parley
