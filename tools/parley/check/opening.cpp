#include "opening.hpp"

#include "accept_key.hpp"
#include "readable_text.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

bool isField(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         equalsIgnoringCase(line.substr(0, name.size()), name);
}

void replaceAll(std::string& text, std::string_view name, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(name, at)) != text.npos; at += value.size()) {
    text.replace(at, name.size(), value);
  }
}

}  // namespace

OpeningText usualRequest() {
  return {.startLine = "GET {path} HTTP/1.1",
          .lines = {"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
                    "Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"}};
}

OpeningText usualAnswer() {
  return {.startLine = "HTTP/1.1 101 Switching Protocols",
          .lines = {"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: {accept}"}};
}

OpeningText without(OpeningText text, std::string_view field) {
  std::erase_if(text.lines, [&](const std::string& line) { return isField(line, field); });
  return text;
}

OpeningText with(OpeningText text, std::string line) {
  text.lines.push_back(std::move(line));
  return text;
}

OpeningText changed(OpeningText text, std::string_view field, std::string line) {
  for (std::string& old : text.lines) {
    if (isField(old, field)) old = line;
  }
  return text;
}

std::string keyNumber(std::uint32_t number) {
  std::string bytes;
  for (std::uint32_t i = 0; i < 16; ++i) {
    number = number * 1664525U + 1013904223U;
    bytes.push_back(static_cast<char>(number >> 24));
  }
  return base64(bytes);
}

std::string render(const OpeningText& text, const Endpoint& endpoint, std::string_view key) {
  std::string out = text.startLine + text.lineEnd;
  for (const std::string& line : text.lines) out += line + text.lineEnd;
  out += text.lineEnd;
  replaceAll(out, "{host}", endpoint.host);
  replaceAll(out, "{path}", endpoint.path);
  replaceAll(out, "{key}", key);
  replaceAll(out, "{accept}", acceptFor(key));
  return out + text.tail;
}

std::optional<std::string> faultOfAnswer(const HttpHead& answer, const HttpHead& request) {
  if (answer.status() != 101) return "answered " + inQuotes(answer.startLine);
  const auto upgrade = answer.single("Upgrade");
  if (!upgrade || !equalsIgnoringCase(*upgrade, "websocket")) {
    return "the 101 has no \"Upgrade: websocket\"";
  }
  if (!answer.hasToken("Connection", "upgrade")) return "the 101 has no \"Connection: Upgrade\"";
  const std::vector<std::string> keys = request.values("Sec-WebSocket-Key");
  const auto accept = answer.single("Sec-WebSocket-Accept");
  const auto isRight = [&](const std::string& key) { return *accept == acceptFor(key); };
  if (!accept || std::none_of(keys.begin(), keys.end(), isRight)) {
    return "the 101's Sec-WebSocket-Accept is missing or wrong";
  }
  if (const auto chosen = answer.values("Sec-WebSocket-Protocol"); !chosen.empty()) {
    const auto offers = request.values("Sec-WebSocket-Protocol");
    const auto isOffered = [&](const std::string& line) {
      const auto names = split(line, ',');
      return std::find(names.begin(), names.end(), chosen.front()) != names.end();
    };
    if (chosen.size() > 1 || std::none_of(offers.begin(), offers.end(), isOffered)) {
      return "the 101 selects a sub-protocol that was not offered";
    }
  }
  return std::nullopt;
}

}  // namespace parley::tool::check
