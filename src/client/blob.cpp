#include "bytes/ascii.hpp"
#include "bytes/utf8.hpp"
#include "client/blob_content.hpp"
#include "loop/file.hpp"
#include "transport/system_error.hpp"

#include <parley/blob.hpp>
#include <parley/dom_exception.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace parley {

namespace {

/// File API section 3.1: a type with a character outside of U+0020..U+007E counts as none.
std::string normalisedType(std::string_view type) {
  std::string result;
  for (const char c : type) {
    if (c < ' ' || c > '~') return {};
    result.push_back(bytes::toLower(c));
  }
  return result;
}

/// File API section 3.3.1: a position below 0 counts from the end; what is outside is clamped.
std::uint64_t position(std::int64_t relative, std::uint64_t size) noexcept {
  if (relative >= 0) return std::min(static_cast<std::uint64_t>(relative), size);
  const std::uint64_t back = std::uint64_t{0} - static_cast<std::uint64_t>(relative);
  return back < size ? size - back : 0;
}

/// The parts of a new Blob: memory in a row is copied together, what is in a file stays there.
class Joining {
 public:
  void add(const BlobPart& part) {
    if (const auto* text = std::get_if<std::string_view>(&part)) return addText(*text);
    if (const auto* raw = std::get_if<std::span<const std::byte>>(&part)) {
      return memory_.append(*raw);
    }
    const Blob& blob = *std::get_if<Blob>(&part);
    if (!blob.isInFile()) return memory_.append(blob.bytes());
    endMemory();
    runs_.push_back(BlobAccess::runOf(blob));
  }

  [[nodiscard]] std::shared_ptr<const BlobContent> finish() {
    if (runs_.empty()) return std::make_shared<const BlobContent>(std::move(memory_));
    endMemory();
    return std::make_shared<const BlobContent>(std::move(runs_));
  }

 private:
  void addText(std::string_view text) {
    const auto raw = std::as_bytes(std::span(text));
    if (bytes::isValidUtf8(raw)) return memory_.append(raw);
    const std::string replaced = bytes::replaceInvalidUtf8(text);
    memory_.append(std::as_bytes(std::span(replaced)));
  }
  void endMemory() {
    if (memory_.empty()) return;
    const std::uint64_t size = memory_.byteLength();
    runs_.push_back({std::make_shared<const BlobContent>(std::exchange(memory_, {})), 0, size});
  }

  ArrayBuffer memory_;
  std::vector<BlobContent::Run> runs_;
};

}  // namespace

Blob::Blob() noexcept = default;

Blob::Blob(const std::vector<BlobPart>& parts, std::string_view type)
    : type_(normalisedType(type)) {
  Joining joining;
  for (const BlobPart& part : parts) joining.add(part);
  content_ = joining.finish();
  size_ = content_->size();
}

Blob::Blob(ArrayBuffer&& bytes, std::string_view type)
    : content_(std::make_shared<const BlobContent>(std::move(bytes))),
      size_(content_->size()),
      type_(normalisedType(type)) {}

Blob Blob::fromFile(const std::string& path, std::string_view type) {
  auto file = loop::File::open(path);
  if (!file) {
    const bool isMissing = file.error() == ENOENT || file.error() == ENOTDIR;
    throw DOMException(
        isMissing ? DOMException::Name::NotFoundError : DOMException::Name::NotReadableError,
        path + ": " +
            (file.error() == EINVAL ? "not a regular file"
                                    : transport::describeErrno(file.error())));
  }
  Blob blob = BlobAccess::of(std::make_shared<const BlobContent>(*std::move(file), path));
  blob.type_ = normalisedType(type);
  return blob;
}

std::uint64_t Blob::size() const noexcept {
  return size_;
}

std::string_view Blob::type() const noexcept {
  return type_;
}

Blob Blob::slice(std::int64_t start, std::int64_t end, std::string_view contentType) const {
  const std::uint64_t first = position(start, size_);
  const std::uint64_t last = position(end, size_);
  Blob part;
  part.content_ = content_;
  part.start_ = start_ + first;
  part.size_ = last > first ? last - first : 0;
  part.type_ = normalisedType(contentType);
  return part;
}

std::string Blob::text() const {
  // Not bytes(), which would keep what it reads of a file.
  ArrayBuffer copy;
  if (content_ && !content_->isInMemory()) copy = arrayBuffer();
  const auto content = copy.empty() ? bytes() : std::as_const(copy).bytes();
  std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  // Encoding section 6, "UTF-8 decode": a byte order mark is not a part of the text.
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return bytes::replaceInvalidUtf8(text);
}

std::span<const std::byte> Blob::bytes() const {
  if (!content_) return {};
  return content_->bytes().subspan(static_cast<std::size_t>(start_),
                                   static_cast<std::size_t>(size_));
}

ArrayBuffer Blob::arrayBuffer() const {
  ArrayBuffer copy;
  copy.resizeUninitialized(static_cast<std::size_t>(size_));
  read(0, copy.bytes());
  return copy;
}

std::size_t Blob::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size_) return 0;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(size_ - offset, into.size()));
  if (auto reason = content_->read(start_ + offset, into.first(size))) {
    throw DOMException(DOMException::Name::NotReadableError, *std::move(reason));
  }
  return size;
}

bool Blob::isInFile() const noexcept {
  return content_ && content_->isInFile();
}

}  // namespace parley
