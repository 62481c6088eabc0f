#include "bytes/ascii.hpp"
#include "bytes/utf8.hpp"

#include <parley/blob.hpp>

#include <algorithm>
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

void appendPart(ArrayBuffer& content, const BlobPart& part) {
  if (const auto* text = std::get_if<std::string_view>(&part)) {
    const auto raw = std::as_bytes(std::span(*text));
    if (bytes::isValidUtf8(raw)) return content.append(raw);
    const std::string replaced = bytes::replaceInvalidUtf8(*text);
    return content.append(std::as_bytes(std::span(replaced)));
  }
  if (const auto* raw = std::get_if<std::span<const std::byte>>(&part)) return content.append(*raw);
  content.append(std::get_if<Blob>(&part)->bytes());
}

}  // namespace

Blob::Blob() noexcept = default;

Blob::Blob(const std::vector<BlobPart>& parts, std::string_view type)
    : type_(normalisedType(type)) {
  ArrayBuffer content;
  for (const BlobPart& part : parts) appendPart(content, part);
  size_ = content.byteLength();
  content_ = std::make_shared<const ArrayBuffer>(std::move(content));
}

Blob::Blob(ArrayBuffer&& bytes, std::string_view type)
    : content_(std::make_shared<const ArrayBuffer>(std::move(bytes))),
      size_(content_->byteLength()),
      type_(normalisedType(type)) {}

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
  const auto content = bytes();
  std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  // Encoding section 6, "UTF-8 decode": a byte order mark is not a part of the text.
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return bytes::replaceInvalidUtf8(text);
}

std::span<const std::byte> Blob::bytes() const noexcept {
  if (!content_) return {};
  return content_->bytes().subspan(static_cast<std::size_t>(start_),
                                   static_cast<std::size_t>(size_));
}

ArrayBuffer Blob::arrayBuffer() const {
  return ArrayBuffer::copyOf(bytes());
}

}  // namespace parley
