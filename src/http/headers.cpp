#include "bytes/ascii.hpp"

#include <parley/dom_exception.hpp>
#include <parley/headers.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace parley {
namespace {

auto named(std::string_view name) {
  return [name](const Headers::Field& field) { return bytes::equalsIgnoreCase(field.name, name); };
}

/// What a head has at least, mostly: growing there one by one would allocate four times.
constexpr std::size_t kFirstRoom = 8;

void add(std::vector<Headers::Field>& fields, std::string_view name, std::string_view value) {
  if (fields.capacity() == 0) fields.reserve(kFirstRoom);
  fields.push_back({std::string(name), std::string(bytes::trimOws(value))});
}

void requireValid(std::string_view name, std::string_view value) {
  if (!Headers::isValidName(name)) {
    throw DOMException(DOMException::Name::SyntaxError,
                       "a header name must be a token of at least one character");
  }
  if (!Headers::isValidValue(value)) {
    // The value is not shown: it may be a secret, and it may hold what breaks a log line.
    throw DOMException(
        DOMException::Name::SyntaxError,
        "the value of header " + std::string(name) + " holds a control character (CR, LF, NUL...)");
  }
}

}  // namespace

Headers::Headers() noexcept = default;
Headers::Headers(const Headers& other) = default;
Headers::Headers(Headers&& other) noexcept = default;
Headers& Headers::operator=(const Headers& other) = default;
Headers& Headers::operator=(Headers&& other) noexcept = default;
Headers::~Headers() = default;

Headers::Headers(std::initializer_list<Field> fields) {
  fields_.reserve(fields.size());
  for (const Field& field : fields) append(field.name, field.value);
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), named(name));
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::vector<std::string_view> Headers::getAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Field& field : fields_) {
    if (bytes::equalsIgnoreCase(field.name, name)) values.emplace_back(field.value);
  }
  return values;
}

std::optional<std::string> Headers::combined(std::string_view name) const {
  std::optional<std::string> joined;
  for (const Field& field : fields_) {
    if (!bytes::equalsIgnoreCase(field.name, name)) continue;
    if (joined) {
      joined->append(", ").append(field.value);
    } else {
      joined = field.value;
    }
  }
  return joined;
}

bool Headers::has(std::string_view name) const noexcept {
  return std::any_of(fields_.begin(), fields_.end(), named(name));
}

std::size_t Headers::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), named(name)));
}

void Headers::append(std::string_view name, std::string_view value) {
  requireValid(name, value);
  add(fields_, name, value);
}

void Headers::set(std::string_view name, std::string_view value) {
  requireValid(name, value);
  // Copied first: both may be views into the field that changes.
  const std::string key(name);
  std::string content(bytes::trimOws(value));
  const auto first = std::find_if(fields_.begin(), fields_.end(), named(key));
  if (first == fields_.end()) {
    fields_.push_back({key, std::move(content)});
    return;
  }
  first->value = std::move(content);
  fields_.erase(std::remove_if(first + 1, fields_.end(), named(key)), fields_.end());
}

void Headers::remove(std::string_view name) {
  const std::string key(name);
  fields_.erase(std::remove_if(fields_.begin(), fields_.end(), named(key)), fields_.end());
}

bool Headers::tryAppend(std::string_view name, std::string_view value) {
  if (!isValidName(name) || !isValidValue(value)) return false;
  add(fields_, name, value);
  return true;
}

bool Headers::isValidName(std::string_view name) noexcept {
  return bytes::isToken(name);
}

bool Headers::isValidValue(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

}  // namespace parley
