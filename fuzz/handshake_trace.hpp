#pragma once

#include <parley/headers.hpp>
#include <parley/protocol/handshake.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What an opening handshake showed, as text: equal texts are equal outcomes.

namespace parley::fuzz {

inline void appendTrace(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append("=").append(value).append("\n");
}

inline void appendTrace(std::string& out, const Headers& headers) {
  for (const Headers::Field& field : headers) appendTrace(out, "  " + field.name, field.value);
}

inline void appendTrace(std::string& out, const protocol::HandshakeFailure& failure) {
  appendTrace(out, "error", toString(failure.error));
  appendTrace(out, "message", failure.message);
  appendTrace(out, "status", std::to_string(failure.httpStatus.value_or(0)));
  appendTrace(out, failure.headers);
  appendTrace(out, "body", failure.body);
}

inline void appendTrace(std::string& out, const protocol::Request& request) {
  appendTrace(out, "method", request.method);
  appendTrace(out, "target", request.target);
  appendTrace(out, "path", request.path);
  appendTrace(out, "query", request.query);
  appendTrace(out, "host", request.host);
  appendTrace(out, request.headers);
  appendTrace(out, "length", std::to_string(request.contentLength.value_or(0)));
  appendTrace(out, "body", request.hasBody ? "yes" : "no");
  appendTrace(out, "upgrade", request.isUpgrade ? "yes" : "no");
  for (const std::string& name : request.subprotocols) appendTrace(out, "subprotocol", name);
  appendTrace(out, "extensions", request.extensions);
}

inline void appendTrace(std::string& out, const protocol::Negotiated& negotiated) {
  appendTrace(out, "subprotocol", negotiated.subprotocol);
  appendTrace(out, "extensions", negotiated.extensions);
}

inline std::string_view leftoverOf(const protocol::Negotiated& negotiated) {
  return {reinterpret_cast<const char*>(negotiated.leftover.data()), negotiated.leftover.size()};
}

}  // namespace parley::fuzz
