#include "http/line_reader.hpp"

#include <algorithm>

namespace parley::http {
namespace {

bool isLineCharacter(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
}

}  // namespace

LineReader::Step LineReader::read(std::string_view input, Kind kind) {
  if (position_ == Position::AfterLine) {
    pending_.clear();
    length_ = 0;
    position_ = Position::InLine;
  }
  if (position_ == Position::AfterCarriageReturn) {
    line_ = pending_;  // anew: this object may have been moved since
    return readLineFeed(input, 0);
  }
  return readCarriageReturn(input, kind);
}

LineReader::Step LineReader::readCarriageReturn(std::string_view input, Kind kind) {
  const std::size_t limit = kind == Kind::Start ? limits_.startLineBytes : limits_.fieldBytes;
  const std::size_t lineRoom = limit - std::min(limit, length_);
  const std::size_t room = std::min({input.size(), lineRoom, limits_.headBytes - total_});
  const auto stop = std::find_if_not(
      input.begin(), input.begin() + static_cast<std::ptrdiff_t>(room), isLineCharacter);
  const auto count = static_cast<std::size_t>(stop - input.begin());
  total_ += count;
  length_ += count;
  if (count == input.size()) {
    pending_.append(input);
    return {Status::NeedMore, count};
  }
  if (total_ == limits_.headBytes) return fail(HeadError::HeadTooLarge, count);
  const char next = input[count];
  if (next == '\n') return fail(HeadError::BareLineFeed, count);
  if (isLineCharacter(next)) {
    return fail(kind == Kind::Start ? HeadError::StartLineTooLong : HeadError::FieldTooLarge,
                count);
  }
  if (next != '\r') return fail(HeadError::ControlCharacter, count);
  ++total_;
  position_ = Position::AfterCarriageReturn;
  const std::string_view content = input.substr(0, count);
  if (pending_.empty() && count + 1 < input.size()) {
    line_ = content;  // the line lies whole in the input: no copy
  } else {
    pending_.append(content);
    line_ = pending_;
  }
  return readLineFeed(input, count + 1);
}

LineReader::Step LineReader::readLineFeed(std::string_view input, std::size_t at) {
  if (at == input.size()) return {Status::NeedMore, at};
  if (total_ == limits_.headBytes) return fail(HeadError::HeadTooLarge, at);
  // RFC 9112 section 2.2: a CR that no LF follows is invalid or a blank; we take the first.
  if (input[at] != '\n') return fail(HeadError::BareCarriageReturn, at);
  ++total_;
  position_ = Position::AfterLine;
  return {Status::Line, at + 1};
}

LineReader::Step LineReader::fail(HeadError error, std::size_t consumed) noexcept {
  error_ = error;
  return {Status::Failed, consumed};
}

}  // namespace parley::http
