#include "url/path.hpp"

#include "bytes/ascii.hpp"
#include "url/percent_encoding.hpp"
#include "url/record.hpp"

namespace parley::url {

namespace {

bool isLetter(char c) noexcept {
  return bytes::toLower(c) >= 'a' && bytes::toLower(c) <= 'z';
}

// How many dots the whole of `segment` consists of, "%2e" being one as well; 0 if of other things.
int countDots(std::string_view segment) noexcept {
  int dots = 0;
  while (!segment.empty()) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (bytes::equalsIgnoreCase(segment.substr(0, 3), "%2e")) {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
    if (++dots > 2) return 0;
  }
  return dots;
}

}  // namespace

bool isWindowsDriveLetter(std::string_view text) noexcept {
  return text.size() == 2 && isLetter(text[0]) && (text[1] == ':' || text[1] == '|');
}

bool isNormalisedWindowsDriveLetter(std::string_view text) noexcept {
  return isWindowsDriveLetter(text) && text[1] == ':';
}

bool startsWithWindowsDriveLetter(std::string_view text) noexcept {
  return isWindowsDriveLetter(text.substr(0, 2)) &&
         (text.size() == 2 || std::string_view("/\\?#").find(text[2]) != std::string_view::npos);
}

void shortenPath(Record& record) {
  const std::size_t slash = record.path.rfind('/');
  if (slash == std::string::npos) return;
  if (record.scheme == "file" && slash == 0 &&
      isNormalisedWindowsDriveLetter(std::string_view(record.path).substr(1))) {
    return;
  }
  record.path.erase(slash);
}

void appendSegment(Record& record, std::string_view segment, SegmentPlace place) {
  const int dots = countDots(segment);
  if (dots > 0) {
    if (dots == 2) shortenPath(record);
    // What ends in dots names a folder, so an empty segment stays behind.
    if (place == SegmentPlace::Last) record.path += '/';
    return;
  }
  const bool isDrive =
      record.scheme == "file" && record.path.empty() && isWindowsDriveLetter(segment);
  record.path += '/';
  if (isDrive) {
    record.path += segment[0];
    record.path += ':';
    return;
  }
  appendPercentEncoded(record.path, segment, EncodeSet::Path);
}

std::string_view firstSegment(std::string_view path) noexcept {
  if (path.empty()) return {};
  path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

}  // namespace parley::url
