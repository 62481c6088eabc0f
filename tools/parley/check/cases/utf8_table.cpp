#include "utf8_table.hpp"

namespace parley::tool::check {

namespace {

using namespace std::string_view_literals;  // NOLINT: for ""sv

// Rows are numbered in the ids of cases: new ones come last.

constexpr Utf8Row kValid[] = {
    {"Hello, world"sv, "ASCII"},
    {"a\x00"
     "b"sv,
     "U+0000 in the middle"},
    {"\x7f"sv, "U+007F, the last of one byte"},
    {"\xc2\x80"sv, "U+0080, the first of two bytes"},
    {"\xdf\xbf"sv, "U+07FF, the last of two bytes"},
    {"\xe0\xa0\x80"sv, "U+0800, the first of three bytes"},
    {"\xe0\xbf\xbf"sv, "U+0FFF, the last with lead byte E0"},
    {"\xe1\x80\x80"sv, "U+1000, the first with lead byte E1"},
    {"\xec\xbf\xbf"sv, "U+CFFF, the last with lead byte EC"},
    {"\xed\x80\x80"sv, "U+D000, the first with lead byte ED"},
    {"\xed\x9f\xbf"sv, "U+D7FF, the last before the surrogates"},
    {"\xee\x80\x80"sv, "U+E000, the first after the surrogates"},
    {"\xef\xb7\x90"sv, "U+FDD0, a noncharacter"},
    {"\xef\xbb\xbf"sv, "U+FEFF, a byte order mark alone"},
    {"\xef\xbb\xbf"
     "abc"sv,
     "a byte order mark in front of ASCII"},
    {"\xef\xbf\xbd"sv, "U+FFFD, the replacement character"},
    {"\xef\xbf\xbe"sv, "U+FFFE, a noncharacter"},
    {"\xef\xbf\xbf"sv, "U+FFFF, the last of three bytes"},
    {"\xf0\x90\x80\x80"sv, "U+10000, the first of four bytes"},
    {"\xf0\x9f\xbf\xbe"sv, "U+1FFFE, a noncharacter"},
    {"\xf0\xaf\xbf\xbf"sv, "U+2FFFF, a noncharacter"},
    {"\xf0\xbf\xbf\xbf"sv, "U+3FFFF, the last with lead byte F0"},
    {"\xf1\x80\x80\x80"sv, "U+40000, the first with lead byte F1"},
    {"\xf3\xbf\xbf\xbf"sv, "U+FFFFF, the last with lead byte F3"},
    {"\xf4\x80\x80\x80"sv, "U+100000, the first with lead byte F4"},
    {"\xf4\x8f\xbf\xbe"sv, "U+10FFFE, a noncharacter"},
    {"\xf4\x8f\xbf\xbf"sv, "U+10FFFF, the last of all"},
    {"gr\xc3\xbc\xc3\x9f"sv, "Latin, two bytes"},
    {"\xce\xb5\xcf\x8d"sv, "Greek"},
    {"\xd0\x9c\xd0\xb8\xd1\x80"sv, "Cyrillic"},
    {"\xd7\xa9\xd7\x9c"sv, "Hebrew"},
    {"\xe0\xa4\xb9\xe0\xa4\xbf"sv, "Devanagari with a vowel sign"},
    {"\xe4\xb8\x96\xe7\x95\x8c"sv, "Chinese"},
    {"\xed\x95\x9c\xea\xb8\x80"sv, "Korean"},
    {"\xf0\x9f\x98\x80!"sv, "an emoji"},
    {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"sv, "an emoji of three code points"},
    {"e\xcc\x81"sv, "a combining accent"},
    {"a\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80"sv, "one character of each length"},
    {"\xf0\x9f\x98\x80\xe4\xb8\x96\xc3\xa9"
     "a"sv,
     "one character of each length, longest first"},
    {"0123456789abcde\xc3\xa9"sv, "two bytes across the 16th"},
    {"0123456789abcdef0123456789abcd\xf0\x9f\x98\x80"sv, "four bytes across the 32nd"},
};

constexpr Utf8Row kInvalid[] = {
    {"\x80"sv, "a continuation byte alone, 80"},
    {"\xbf"sv, "a continuation byte alone, BF"},
    {"\x80\xbf"sv, "two continuation bytes"},
    {"\x80\xbf\x80"sv, "three continuation bytes"},
    {"\x80\xbf\x80\xbf\x80\xbf"sv, "six continuation bytes"},
    {"a\x80"
     "b"sv,
     "a continuation byte in ASCII"},
    {"\xc3\xa9\xa9"sv, "one continuation byte too many after two bytes"},
    {"\xe4\xb8\x96\x96"sv, "one continuation byte too many after three bytes"},
    {"\xf0\x9f\x98\x80\x80"sv, "one continuation byte too many after four bytes"},
    {"\xc2"sv, "lead byte C2 at the end"},
    {"\xdf"sv, "lead byte DF at the end"},
    {"\xe0"sv, "lead byte E0 at the end"},
    {"\xe1"sv, "lead byte E1 at the end"},
    {"\xed"sv, "lead byte ED at the end"},
    {"\xef"sv, "lead byte EF at the end"},
    {"\xf0"sv, "lead byte F0 at the end"},
    {"\xf1"sv, "lead byte F1 at the end"},
    {"\xf4"sv, "lead byte F4 at the end"},
    {"\xc2 a"sv, "lead byte C2 before a space"},
    {"\xdf a"sv, "lead byte DF before a space"},
    {"\xe0 a"sv, "lead byte E0 before a space"},
    {"\xef a"sv, "lead byte EF before a space"},
    {"\xf0 a"sv, "lead byte F0 before a space"},
    {"\xf4 a"sv, "lead byte F4 before a space"},
    {"\xe4\xb8"sv, "the last of three bytes is missing at the end"},
    {"\xe4\xb8"
     "a"sv,
     "the last of three bytes is missing in the middle"},
    {"\xf0\x9f\x98"sv, "the last of four bytes is missing at the end"},
    {"\xf0\x9f\x98"
     "a"sv,
     "the last of four bytes is missing in the middle"},
    {"\xf0\x9f"sv, "the last two of four bytes are missing at the end"},
    {"\xf0\x9f"
     "ab"sv,
     "the last two of four bytes are missing in the middle"},
    {"\xc3\xc3\xa9"sv, "a lead byte twice"},
    {"\xe4\xe4\xb8\x96"sv, "a lead byte of three twice"},
    {"\xc0\x80"sv, "U+0000 in two bytes"},
    {"\xc0\xaf"sv, "a slash in two bytes"},
    {"\xc1\x81"sv, "an A in two bytes"},
    {"\xc1\xbf"sv, "U+007F in two bytes"},
    {"\xe0\x80\x80"sv, "U+0000 in three bytes"},
    {"\xe0\x80\xaf"sv, "a slash in three bytes"},
    {"\xe0\x9f\xbf"sv, "U+07FF in three bytes"},
    {"\xf0\x80\x80\x80"sv, "U+0000 in four bytes"},
    {"\xf0\x80\x80\xaf"sv, "a slash in four bytes"},
    {"\xf0\x8f\xbf\xbf"sv, "U+FFFF in four bytes"},
    {"\xf8\x80\x80\x80\xaf"sv, "a slash in five bytes"},
    {"\xf8\x88\x80\x80\x80"sv, "U+200000 in five bytes"},
    {"\xfb\xbf\xbf\xbf\xbf"sv, "the last of five bytes"},
    {"\xfc\x80\x80\x80\x80\xaf"sv, "a slash in six bytes"},
    {"\xfc\x84\x80\x80\x80\x80"sv, "U+4000000 in six bytes"},
    {"\xfd\xbf\xbf\xbf\xbf\xbf"sv, "the last of six bytes"},
    {"\xed\xa0\x80"sv, "U+D800, the first surrogate"},
    {"\xed\xad\xbf"sv, "U+DB7F, a high surrogate"},
    {"\xed\xaf\xbf"sv, "U+DBFF, the last high surrogate"},
    {"\xed\xb0\x80"sv, "U+DC00, the first low surrogate"},
    {"\xed\xbf\xbf"sv, "U+DFFF, the last surrogate"},
    {"\xed\xa0\xbd\xed\xb8\x80"sv, "an emoji as two surrogates"},
    {"\xf4\x90\x80\x80"sv, "U+110000, the first too large"},
    {"\xf4\xbf\xbf\xbf"sv, "U+13FFFF"},
    {"\xf5\x80\x80\x80"sv, "U+140000, lead byte F5"},
    {"\xf7\xbf\xbf\xbf"sv, "U+1FFFFF, lead byte F7"},
    {"\xfe"sv, "FE"},
    {"\xff"sv, "FF"},
    {"\xfe\xff"sv, "a byte order mark of UTF-16, big end first"},
    {"\xff\xfe"sv, "a byte order mark of UTF-16, little end first"},
    {"H\x00\xe9\x00"sv, "UTF-16 text"},
    {"caf\xe9"sv, "Latin-1 text"},
    {"\x93x\x94"sv, "Windows-1252 quotes"},
    {"0123456789abcde\x80"sv, "a bad byte as the 16th"},
    {"0123456789abcdef\x80"sv, "a bad byte as the 17th"},
    {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\xff"sv,
     "a bad byte as the 64th"},
    {"\xe4\xb8\x96\xe7\x95\x8c\xed\xa0\x80"
     "abc"sv,
     "good characters, a surrogate, ASCII"},
    {"\xce\xba\xe1\xbd\xb9\xcf\x83\xf4\x90\x80\x80"
     "ed"sv,
     "good characters, a too large one, ASCII"},
    {"a\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98"sv, "one character of each length, the last one cut"},
};

}  // namespace

std::span<const Utf8Row> validUtf8() noexcept {
  return kValid;
}

std::span<const Utf8Row> invalidUtf8() noexcept {
  return kInvalid;
}

}  // namespace parley::tool::check
