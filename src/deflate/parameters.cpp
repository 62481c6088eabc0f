#include "deflate/parameters.hpp"

namespace parley::deflate {

namespace {

constexpr std::string_view kServerNoContextTakeover = "server_no_context_takeover";
constexpr std::string_view kClientNoContextTakeover = "client_no_context_takeover";
constexpr std::string_view kServerMaxWindowBits = "server_max_window_bits";
constexpr std::string_view kClientMaxWindowBits = "client_max_window_bits";

enum class In : std::uint8_t { Offer, Answer };

/// RFC 7692 section 7.1.2: a decimal integer without leading zeroes, 8 to 15.
std::optional<std::uint8_t> parseWindowBits(std::string_view value) noexcept {
  if (value == "8" || value == "9") return static_cast<std::uint8_t>(value[0] - '0');
  if (value.size() != 2 || value[0] != '1' || value[1] < '0' || value[1] > '5') return std::nullopt;
  return static_cast<std::uint8_t>(10 + (value[1] - '0'));
}

/// A parameter that is either there or not.
bool readFlag(const http::ExtensionParameter& parameter, bool& flag) noexcept {
  // Section 7.1.1: it has no value. A second one makes the element invalid (section 7.1).
  if (parameter.value || flag) return false;
  flag = true;
  return true;
}

bool readBits(const http::ExtensionParameter& parameter, std::optional<std::uint8_t>& bits) {
  if (!parameter.value || bits) return false;
  bits = parseWindowBits(*parameter.value);
  return bits.has_value();
}

bool readParameter(const http::ExtensionParameter& parameter, In in, Parameters& out) {
  if (parameter.name == kServerNoContextTakeover) {
    return readFlag(parameter, out.serverNoContextTakeover);
  }
  if (parameter.name == kClientNoContextTakeover) {
    return readFlag(parameter, out.clientNoContextTakeover);
  }
  if (parameter.name == kServerMaxWindowBits) return readBits(parameter, out.serverMaxWindowBits);
  if (parameter.name != kClientMaxWindowBits) return false;
  // Section 7.1.2.2: in an offer it may stand without a value, to say that it may be answered.
  if (in == In::Offer && !parameter.value && !out.clientMaxWindowBits) {
    out.clientMaxWindowBits = kMostWindowBits;
    return true;
  }
  return readBits(parameter, out.clientMaxWindowBits);
}

std::optional<Parameters> parse(const http::Extension& extension, In in) {
  Parameters parameters;
  for (const http::ExtensionParameter& parameter : extension.parameters) {
    if (!readParameter(parameter, in, parameters)) return std::nullopt;
  }
  return parameters;
}

void append(std::string& text, std::string_view name) {
  text.append("; ").append(name);
}

void append(std::string& text, std::string_view name, std::uint8_t bits) {
  append(text, name);
  text.append("=").append(std::to_string(bits));
}

std::string serialize(const Parameters& parameters, In in) {
  std::string text(kExtensionName);
  if (parameters.serverNoContextTakeover) append(text, kServerNoContextTakeover);
  if (parameters.clientNoContextTakeover) append(text, kClientNoContextTakeover);
  if (parameters.serverMaxWindowBits) {
    append(text, kServerMaxWindowBits, *parameters.serverMaxWindowBits);
  }
  if (!parameters.clientMaxWindowBits) return text;
  if (in == In::Offer && *parameters.clientMaxWindowBits == kMostWindowBits) {
    append(text, kClientMaxWindowBits);
  } else {
    append(text, kClientMaxWindowBits, *parameters.clientMaxWindowBits);
  }
  return text;
}

}  // namespace

std::optional<Parameters> parseOffer(const http::Extension& extension) {
  return parse(extension, In::Offer);
}

std::optional<Parameters> parseAnswer(const http::Extension& extension) {
  return parse(extension, In::Answer);
}

std::string serializeOffer(const Parameters& parameters) {
  return serialize(parameters, In::Offer);
}

std::string serializeAnswer(const Parameters& parameters) {
  return serialize(parameters, In::Answer);
}

}  // namespace parley::deflate
