#pragma once

#include <cstdint>
#include <string_view>

namespace parley::url {

struct Record;

/// URL standard, section 4.1: a letter and then ":" or "|".
[[nodiscard]] bool isWindowsDriveLetter(std::string_view text) noexcept;

/// The same with ":" only.
[[nodiscard]] bool isNormalisedWindowsDriveLetter(std::string_view text) noexcept;

/// Is a drive letter all there is, or followed by the end of a path segment?
[[nodiscard]] bool startsWithWindowsDriveLetter(std::string_view text) noexcept;

/// URL standard, section 4.1, shorten a path: drops the last segment, but not a file URL's drive.
void shortenPath(Record& record);

/// Where a segment stands in its path.
enum class SegmentPlace : std::uint8_t { BeforeSlash, Last };

/// Appends one segment as the path state does (URL standard, section 4.4): "." and ".." are worked
/// off, a file URL's drive letter gets its colon, everything else is percent-encoded.
void appendSegment(Record& record, std::string_view segment, SegmentPlace place);

/// The first segment of a list path, "" if there is none.
[[nodiscard]] std::string_view firstSegment(std::string_view path) noexcept;

}  // namespace parley::url
