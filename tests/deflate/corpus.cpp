#include "deflate/corpus.hpp"

#include <array>

namespace parley::deflate {

std::uint64_t Corpus::next() noexcept {
  state_ += 0x9e37'79b9'7f4a'7c15U;
  std::uint64_t value = state_;
  value = (value ^ (value >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return value ^ (value >> 31U);
}

std::size_t Corpus::below(std::size_t sides) noexcept {
  return static_cast<std::size_t>(next() % sides);
}

std::string Corpus::json(std::size_t size) {
  static constexpr std::array<std::string_view, 8> kWords{
      "temperature", "pressure", "level", "operator", "alarm", "pump", "valve", "station"};
  std::string text = "[";
  while (text.size() < size) {
    text += R"({"id":)" + std::to_string(below(1'000'000)) + R"(,"name":")";
    text += kWords[below(kWords.size())];
    text += R"(","note":")";
    for (std::size_t words = below(6); words != 0; --words) {
      text.append(kWords[below(kWords.size())]).append(" ");
    }
    text += R"(","value":)" + std::to_string(below(100'000)) + R"(,"ok":)";
    text += below(5) == 0 ? "false}," : "true},";
  }
  text.resize(size);
  return text;
}

std::string Corpus::noise(std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(next() >> 56U);
  return bytes;
}

std::string Corpus::letters(std::size_t size) {
  std::string text = noise(size);
  for (char& byte : text) byte = static_cast<char>('0' + static_cast<unsigned char>(byte) % 64);
  return text;
}

std::string Corpus::periodic(std::size_t size, std::size_t distance) {
  std::string text = letters(distance);
  text.reserve(size);
  while (text.size() < size) text.push_back(text[text.size() - distance]);
  text.resize(size);
  return text;
}

}  // namespace parley::deflate
