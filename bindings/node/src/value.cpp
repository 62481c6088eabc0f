#include "value.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

namespace parley::node {

bool isAscii(std::string_view text) noexcept {
  std::size_t at = 0;
  std::uint64_t seen = 0;
  for (; at + 32 <= text.size(); at += 32) {
    std::uint64_t words[4];
    std::memcpy(words, text.data() + at, sizeof words);
    seen |= words[0] | words[1] | words[2] | words[3];
  }
  for (; at < text.size(); ++at) seen |= static_cast<std::uint64_t>(text[at] & 0x80) & 0x80;
  return (seen & 0x8080808080808080U) == 0;
}

napi_value text(napi_env env, std::string_view utf8) {
  napi_value value = nullptr;
  if (isAscii(utf8)) return latin1(env, utf8);
  napi_create_string_utf8(env, utf8.data(), utf8.size(), &value);
  return value;
}

napi_value latin1(napi_env env, std::string_view bytes) {
  napi_value value = nullptr;
  napi_create_string_latin1(env, bytes.data(), bytes.size(), &value);
  return value;
}

napi_value number(napi_env env, double value) {
  napi_value made = nullptr;
  napi_create_double(env, value, &made);
  return made;
}

napi_value index(napi_env env, std::uint32_t value) {
  napi_value made = nullptr;
  napi_create_uint32(env, value, &made);
  return made;
}

napi_value boolean(napi_env env, bool value) {
  napi_value made = nullptr;
  napi_get_boolean(env, value, &made);
  return made;
}

napi_value null(napi_env env) {
  napi_value made = nullptr;
  napi_get_null(env, &made);
  return made;
}

napi_value array(napi_env env) {
  napi_value made = nullptr;
  napi_create_array(env, &made);
  return made;
}

void push(napi_env env, napi_value array, napi_value value) {
  std::uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  napi_set_element(env, array, length, value);
}

void set(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

napi_value arrayBuffer(napi_env env, std::span<const std::byte> bytes) {
  void* memory = nullptr;
  napi_value made = nullptr;
  if (napi_create_arraybuffer(env, bytes.size(), &memory, &made) != napi_ok) return nullptr;
  if (!bytes.empty()) std::memcpy(memory, bytes.data(), bytes.size());
  return made;
}

napi_value arrayBuffer(napi_env env, ArrayBuffer&& bytes) {
  auto owned = std::make_unique<ArrayBuffer>(std::move(bytes));
  napi_value made = nullptr;
  const napi_status status = napi_create_external_arraybuffer(
      env, owned->data(), owned->byteLength(),
      [](napi_env, void*, void* hint) { delete static_cast<ArrayBuffer*>(hint); }, owned.get(),
      &made);
  // Runtimes that keep all of JavaScript's memory in one place don't take foreign memory.
  if (status != napi_ok) return arrayBuffer(env, std::as_const(*owned).bytes());
  static_cast<void>(owned.release());
  return made;
}

napi_value fields(napi_env env, const Headers& headers) {
  napi_value made = array(env);
  std::uint32_t at = 0;
  for (const Headers::Field& field : headers) {
    napi_set_element(env, made, at++, latin1(env, field.name));
    napi_set_element(env, made, at++, latin1(env, field.value));
  }
  return made;
}

std::string toText(napi_env env, napi_value value) {
  std::size_t size = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &size) != napi_ok) {
    throw ArgumentError{.message = "a string was expected"};
  }
  std::string made(size, '\0');
  napi_get_value_string_utf8(env, value, made.data(), size + 1, &size);
  return made;
}

std::uint32_t toIndex(napi_env env, napi_value value) {
  std::uint32_t made = 0;
  napi_get_value_uint32(env, value, &made);
  return made;
}

bool toBoolean(napi_env env, napi_value value) {
  bool made = false;
  napi_get_value_bool(env, value, &made);
  return made;
}

std::span<const std::byte> toBytes(napi_env env, napi_value value) {
  void* memory = nullptr;
  std::size_t size = 0;
  // A "Buffer" is any view here. To ask for the memory of what is none ends the process in Node 18.
  bool isView = false;
  napi_is_buffer(env, value, &isView);
  const auto info = isView ? napi_get_buffer_info : napi_get_arraybuffer_info;
  if (info(env, value, &memory, &size) != napi_ok) {
    throw ArgumentError{.message = "an ArrayBuffer or a view of one was expected"};
  }
  return {static_cast<const std::byte*>(memory), size};
}

Headers toHeaders(napi_env env, napi_value value) {
  Headers headers;
  std::uint32_t length = 0;
  if (napi_get_array_length(env, value, &length) != napi_ok) return headers;
  const auto element = [&](std::uint32_t at) {
    napi_value field = nullptr;
    napi_get_element(env, value, at, &field);
    std::size_t size = 0;
    napi_get_value_string_latin1(env, field, nullptr, 0, &size);
    std::string made(size, '\0');
    napi_get_value_string_latin1(env, field, made.data(), size + 1, &size);
    return made;
  };
  for (std::uint32_t at = 0; at + 1 < length; at += 2) {
    headers.append(element(at), element(at + 1));
  }
  return headers;
}

bool isNullish(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  return type == napi_undefined || type == napi_null;
}

// ---- Members ----

napi_value Members::get(const char* name) const {
  napi_value value = nullptr;
  napi_get_named_property(env_, object_, name, &value);
  return value;
}

napi_valuetype Members::typeOf(const char* name) const {
  napi_valuetype type = napi_undefined;
  if (const napi_value value = get(name)) napi_typeof(env_, value, &type);
  return type;
}

bool Members::has(const char* name) const {
  return typeOf(name) != napi_undefined;
}

void Members::throwUnknown(const char* name, const std::string& word) {
  throw ArgumentError{.message = "option " + std::string(name) + " can't be \"" + word + "\""};
}

void Members::read(const char* name, bool& to) const {
  if (!has(name)) return;
  if (napi_get_value_bool(env_, get(name), &to) != napi_ok) {
    throw ArgumentError{.message = "option " + std::string(name) + " must be a boolean"};
  }
}

void Members::read(const char* name, std::string& to) const {
  if (!has(name)) return;
  if (typeOf(name) != napi_string) {
    throw ArgumentError{.message = "option " + std::string(name) + " must be a string"};
  }
  to = toText(env_, get(name));
}

void Members::read(const char* name, std::optional<std::string>& to) const {
  if (!has(name)) return;
  to.reset();
  if (typeOf(name) == napi_null) return;
  read(name, to.emplace());
}

void Members::read(const char* name, std::vector<std::string>& to) const {
  if (!has(name)) return;
  std::uint32_t length = 0;
  const napi_value list = get(name);
  if (napi_get_array_length(env_, list, &length) != napi_ok) {
    throw ArgumentError{.message = "option " + std::string(name) + " must be an array of strings"};
  }
  to.clear();
  for (std::uint32_t at = 0; at < length; ++at) {
    napi_value element = nullptr;
    napi_get_element(env_, list, at, &element);
    to.push_back(toText(env_, element));
  }
}

double Members::numberOf(const char* name, double most) const {
  double value = 0;
  if (napi_get_value_double(env_, get(name), &value) != napi_ok) {
    throw ArgumentError{.message = "option " + std::string(name) + " must be a number"};
  }
  if (!(value >= 0) || (value > most && !std::isinf(value))) {
    throw ArgumentError{.kind = ArgumentError::Kind::Range,
                        .message = "option " + std::string(name) + " is out of its range"};
  }
  // 2^53 - 1: Infinity is the largest number that fits, but stays an integer.
  constexpr double kMostInteger = 9007199254740991;
  return std::floor(std::min({value, most, kMostInteger}));
}

void Members::read(const char* name, std::optional<std::uint16_t>& to) const {
  if (!has(name)) return;
  to.reset();
  if (typeOf(name) != napi_null) read(name, to.emplace());
}

void Members::read(const char* name, std::chrono::milliseconds& to) const {
  if (!has(name)) return;
  // A year: more is never.
  constexpr double kMost = 366.0 * 24 * 60 * 60 * 1000;
  const double value = numberOf(name, std::numeric_limits<double>::max());
  to = std::chrono::milliseconds(static_cast<std::int64_t>(std::min(value, kMost)));
}

void Members::read(const char* name, std::optional<std::chrono::milliseconds>& to) const {
  if (!has(name)) return;
  to.reset();
  if (typeOf(name) != napi_null) read(name, to.emplace());
}

void Members::read(const char* name, Headers& to) const {
  if (has(name)) to = toHeaders(env_, get(name));
}

std::optional<Members> Members::object(const char* name) const {
  if (!has(name)) return std::nullopt;
  if (typeOf(name) != napi_object) {
    throw ArgumentError{.message = "option " + std::string(name) + " must be an object"};
  }
  return Members(env_, get(name));
}

std::vector<Members> Members::objects(const char* name) const {
  std::vector<Members> made;
  if (!has(name)) return made;
  std::uint32_t length = 0;
  const napi_value list = get(name);
  if (napi_get_array_length(env_, list, &length) != napi_ok) {
    throw ArgumentError{.message = "option " + std::string(name) + " must be an array"};
  }
  for (std::uint32_t at = 0; at < length; ++at) {
    napi_value element = nullptr;
    napi_get_element(env_, list, at, &element);
    made.emplace_back(env_, element);
  }
  return made;
}

}  // namespace parley::node
