// What the libwebsockets server and client have in common: messages are collected and sent back.

#pragma once

#include <cstring>
#include <deque>
#include <string>

#include <libwebsockets.h>

/// One message to be sent; LWS_PRE bytes in front of it belong to libwebsockets.
struct Outgoing {
  std::string bytes;
  lws_write_protocol kind;
};

struct Connection {
  std::string incoming;
  std::deque<Outgoing> outgoing;
};

inline const lws_extension kExtensions[] = {
    {"permessage-deflate", lws_extension_callback_pm_deflate,
     "permessage-deflate; client_max_window_bits"},
    {nullptr, nullptr, nullptr}};

/// Collects a piece; a whole message waits to be written.
inline void collect(Connection& connection, lws* wsi, const void* data, std::size_t size) {
  connection.incoming.append(static_cast<const char*>(data), size);
  if (lws_is_final_fragment(wsi) == 0 || lws_remaining_packet_payload(wsi) != 0) return;
  const auto kind = lws_frame_is_binary(wsi) != 0 ? LWS_WRITE_BINARY : LWS_WRITE_TEXT;
  connection.outgoing.push_back({std::string(LWS_PRE, '\0') + connection.incoming, kind});
  connection.incoming.clear();
  lws_callback_on_writable(wsi);
}

/// -1 if the connection is lost.
inline int writeNext(Connection& connection, lws* wsi) {
  if (connection.outgoing.empty()) return 0;
  Outgoing message = std::move(connection.outgoing.front());
  connection.outgoing.pop_front();
  auto* begin = reinterpret_cast<unsigned char*>(message.bytes.data()) + LWS_PRE;
  if (lws_write(wsi, begin, message.bytes.size() - LWS_PRE, message.kind) < 0) return -1;
  if (!connection.outgoing.empty()) lws_callback_on_writable(wsi);
  return 0;
}
