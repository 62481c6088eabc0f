#pragma once

#include <parley/headers.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::protocol {

enum class HttpVersion : std::uint8_t { Http10, Http11 };

/// A request that a server received: its head, parsed. A body, if one was announced, is not read.
struct Request {
  std::string method = {};  ///< as sent; methods are case-sensitive
  std::string target = {};  ///< the request target, raw
  /// The path of the target, still percent-encoded; at least "/".
  std::string path = {};
  /// What follows the first "?" of the target; empty when nothing does.
  std::string query = {};
  /// Host and port that were asked for: the authority of an absolute-form target, else the Host
  /// value (RFC 9112 section 3.2.2 gives the target precedence). Empty in HTTP/1.0 without Host.
  std::string host = {};
  HttpVersion version = HttpVersion::Http11;
  Headers headers = {};

  /// The body's length when Content-Length announces one.
  std::optional<std::uint64_t> contentLength;
  /// A body follows: a Content-Length above 0, or a Transfer-Encoding.
  bool hasBody = false;

  /// A valid WebSocket upgrade: the next two are meaningful.
  bool isUpgrade = false;
  /// The subprotocols that the client offered, most wanted first; distinct tokens.
  std::vector<std::string> subprotocols = {};
  /// The `Sec-WebSocket-Extensions` that it offered, fields joined with ", "; it parses. Empty:
  /// none.
  std::string extensions = {};
};

}  // namespace parley::protocol
